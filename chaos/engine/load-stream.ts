import { z } from 'zod';

/** The reading side of the load stream: docs/architecture.md, "The load stream". */
const counts = z.object({ ok: z.number().min(0), failed: z.number().min(0) });
const histogram = z.array(z.tuple([z.number(), z.number().min(0)]));

const bucket = z.object({
  type: z.literal('bucket'),
  atMs: z.number(),
  spanMs: z.number().positive(),
  requests: z.record(z.string(), counts),
  errors: z.record(z.string(), z.number()),
  retried: z.record(z.string(), z.number()).default({}),
  latencyMs: z.record(z.string(), histogram),
  starts: counts,
  startupDelayMs: histogram,
  playingMs: z.number().min(0),
  rebufferMs: z.number().min(0),
  viewers: z.number().min(0),
  lagMs: z.number(),
  late: z.number().optional(),
});

const told = { atMs: z.number(), account: z.string().min(1) };

const line = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('start'),
    driver: z.enum(['embedded', 'k6']),
    driverVersion: z.string(),
    script: z.string(),
    startedAtMs: z.number(),
    seed: z.number(),
    vus: z.number(),
  }),
  bucket,
  z.object({
    type: z.literal('played'),
    atMs: z.number(),
    session: z.string(),
    title: z.string(),
    playback: z.string(),
    event: z.enum(['acknowledged', 'continued', 'refused', 'ended']),
  }),
  z.object({
    type: z.literal('summary'),
    metrics: z.record(z.string(), z.unknown()),
    thresholds: z.record(z.string(), z.boolean()),
  }),
  z.object({ type: z.literal('account-acknowledged'), ...told, mail: z.string() }),
  z.object({ type: z.literal('subscription-acknowledged'), ...told, plan: z.string() }),
  z.object({ type: z.literal('subscription-seen'), ...told, plan: z.string(), state: z.string() }),
  z.object({
    type: z.literal('bill-seen'),
    ...told,
    ...{ bill: z.string(), amountMinor: z.number(), currency: z.string(), state: z.string() },
  }),
  z.object({ type: z.literal('end'), atMs: z.number(), exitCode: z.number(), reason: z.string().optional() }),
]);

export type Counts = z.infer<typeof counts>;
export type Histogram = [value: number, count: number][];
export type Bucket = z.infer<typeof bucket>;
export type LoadLine = z.infer<typeof line>;

const types: ReadonlySet<string> = new Set([
  ...['start', 'bucket', 'played', 'summary', 'end'],
  ...['account-acknowledged', 'subscription-acknowledged', 'subscription-seen', 'bill-seen'],
]);

/**
 * One line of the load's log. Undefined for what is not of the stream (a log line of the driver); `broken` for a line
 * that claims to be and does not parse: a hole in the data, which the verdict must know.
 */
export function parseLoadLine(
  text: string,
): LoadLine | { readonly type: 'broken'; readonly reason: string } | undefined {
  if (!text.startsWith('{')) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return text.startsWith('{"type":') ? { type: 'broken', reason: 'a cut-off line' } : undefined;
  }
  const type = (value as { type?: unknown }).type;
  if (typeof type !== 'string' || !types.has(type)) return undefined;
  const parsed = line.safeParse(value);
  return parsed.success ? parsed.data : { type: 'broken', reason: `${type}: ${parsed.error.issues[0]?.message}` };
}
