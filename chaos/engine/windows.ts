import type { Bucket } from './load-stream.ts';

/** A stretch of the run, [fromMs, toMs), in the driver's time. */
export interface Window {
  readonly fromMs: number;
  readonly toMs: number;
}

export const inWindow = (buckets: readonly Bucket[], { fromMs, toMs }: Window): Bucket[] =>
  buckets.filter(({ atMs, spanMs }) => atMs + spanMs > fromMs && atMs < toMs);

/** How many buckets a window lacks. `spanMs` is that of a bucket; the window may begin and end within one. */
export function missingBuckets(buckets: readonly Bucket[], { fromMs, toMs }: Window, spanMs = 100): number {
  if (toMs - fromMs < spanMs) return 0;
  const inside = inWindow(buckets, { fromMs, toMs });
  let missing = 0;
  let reached = fromMs;
  for (const bucket of inside) {
    missing += Math.max(0, Math.round((bucket.atMs - reached - spanMs / 2) / spanMs));
    reached = Math.max(reached, bucket.atMs + bucket.spanMs);
  }
  return missing + Math.max(0, Math.round((toMs - reached - spanMs / 2) / spanMs));
}

export const spanSeconds = ({ fromMs, toMs }: Window): number => (toMs - fromMs) / 1000;

export function requestsIn(buckets: readonly Bucket[]): { ok: number; failed: number } {
  let ok = 0;
  let failed = 0;
  for (const { requests } of buckets) {
    for (const counts of Object.values(requests)) {
      ok += counts.ok;
      failed += counts.failed;
    }
  }
  return { ok, failed };
}
