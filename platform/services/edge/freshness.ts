import { isSegment } from '#contracts/media-file.ts';

/** How old a file in the cache may be: RFC 9111, and RFC 5861 for what is stale. */
export const freshness = {
  /** Segments never change. */
  segmentMs: Number.POSITIVE_INFINITY,
  manifestMs: 60_000,
  /** Served at once though stale, and filled again meanwhile (`stale-while-revalidate`): no viewer waits for it. */
  whileRevalidatingMs: 600_000,
  /** Served when it cannot be filled again (`stale-if-error`): a title plays though every origin is out. */
  ifErrorMs: 86_400_000,
} as const;

export type Age = 'fresh' | 'revalidate' | 'if-error' | 'too-old';

export function ageOf(name: string, filledAtMs: number, nowMs: number): Age {
  const ageMs = nowMs - filledAtMs;
  if (ageMs <= (isSegment(name) ? freshness.segmentMs : freshness.manifestMs)) return 'fresh';
  if (ageMs <= freshness.whileRevalidatingMs) return 'revalidate';
  return ageMs <= freshness.ifErrorMs ? 'if-error' : 'too-old';
}

export const cacheControl = (name: string): string =>
  isSegment(name) ? 'private, max-age=31536000, immutable' : 'private, max-age=60, stale-if-error=86400';
