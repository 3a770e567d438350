/** What viewers saw, second by second, for the picture: from the load's buckets, else from the journal's own points. */
import { mergeHistograms, quantileOf } from '../engine/histogram.ts';
import type { TimelinePoint } from '../engine/journal.ts';
import type { Bucket } from '../engine/load-stream.ts';
import type { RunRecord } from './record.ts';

export interface Point {
  /** From the timeline's origin. */
  readonly atMs: number;
  readonly viewers: number;
  /** Stream starts a second. */
  readonly sps: number;
  readonly failedRatio: number | undefined;
  readonly failed: number;
  readonly startupP95Ms: number | undefined;
  readonly rebufferRatio: number | undefined;
}

const SPAN_MS = 1_000;

/** Points in order, `atMs` from `originMs`. Empty when there is no data. */
export function timelineOf({ load, experiment }: RunRecord, originMs: number): readonly Point[] {
  const sums = load.buckets.length > 0 ? bySecond(load.buckets) : (experiment.status.timeline ?? []);
  return sums.map((sum) => pointOf(sum, originMs));
}

/** Whole seconds of buckets, summed. Seconds without a bucket are left out: nothing is known of them. */
function bySecond(buckets: readonly Bucket[]): readonly TimelinePoint[] {
  const seconds = new Map<number, Bucket[]>();
  for (const bucket of buckets) {
    const second = Math.floor(bucket.atMs / SPAN_MS) * SPAN_MS;
    const group = seconds.get(second);
    if (group) group.push(bucket);
    else seconds.set(second, [bucket]);
  }
  return [...seconds].sort(([a], [b]) => a - b).map(([atMs, group]) => sumOf(atMs, group));
}

function sumOf(atMs: number, group: readonly Bucket[]): TimelinePoint {
  const sum = (pick: (bucket: Bucket) => number) => group.reduce((total, bucket) => total + pick(bucket), 0);
  const requests = (key: 'ok' | 'failed') =>
    sum((bucket) => Object.values(bucket.requests).reduce((total, counts) => total + counts[key], 0));
  const startupP95Ms = quantileOf(mergeHistograms(group.map(({ startupDelayMs }) => startupDelayMs)), 0.95);
  return {
    atMs,
    spanMs: sum(({ spanMs }) => spanMs),
    viewers: group.at(-1)!.viewers,
    ok: requests('ok'),
    failed: requests('failed'),
    starts: sum(({ starts }) => starts.ok),
    failedStarts: sum(({ starts }) => starts.failed),
    ...(startupP95Ms === undefined ? {} : { startupP95Ms }),
    playingMs: sum(({ playingMs }) => playingMs),
    rebufferMs: sum(({ rebufferMs }) => rebufferMs),
    lagMs: Math.max(...group.map(({ lagMs }) => lagMs)),
  };
}

const ratio = (part: number, whole: number): number | undefined => (whole > 0 ? part / whole : undefined);

function pointOf(sum: TimelinePoint, originMs: number): Point {
  return {
    atMs: sum.atMs - originMs,
    viewers: sum.viewers,
    sps: (sum.starts * 1_000) / sum.spanMs,
    failed: sum.failed,
    failedRatio: ratio(sum.failed, sum.ok + sum.failed),
    startupP95Ms: sum.startupP95Ms,
    rebufferRatio: ratio(sum.rebufferMs, sum.playingMs + sum.rebufferMs),
  };
}
