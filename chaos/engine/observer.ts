import { mergeHistograms, quantileOf } from './histogram.ts';
import type { LiveRecord, TimelinePoint } from './journal.ts';
import { type Bucket, type LoadLine, parseLoadLine } from './load-stream.ts';
import type { LoadData } from './verdict.ts';
import { requestsIn } from './windows.ts';

type StartLine = Extract<LoadLine, { type: 'start' }>;
type EndLine = Extract<LoadLine, { type: 'end' }>;

/**
 * What the run has seen of the load stream. A log read again from its beginning (after a lost connection, or by a
 * successor) repeats lines: buckets already known are skipped by their time.
 */
export class Observer {
  readonly buckets: Bucket[] = [];
  /** Lines for the auditor, as they came, in order. */
  readonly plays: string[] = [];
  /** What viewers were told of accounts and money: for the auditor too. */
  readonly told: string[] = [];
  start: StartLine | undefined;
  end: EndLine | undefined;
  broken = 0;
  #seenPlays = new Set<string>();
  #seenTold = new Set<string>();
  #failure: string | undefined;

  /** Takes one line; the bucket when it was a new one. */
  push(text: string): Bucket | undefined {
    const line = parseLoadLine(text);
    switch (line?.type) {
      case 'start':
        this.start ??= line;
        break;
      case 'bucket': {
        const last = this.buckets.at(-1);
        if (last && line.atMs <= last.atMs) return undefined;
        // No probe reads latencies by kind, the largest part of a bucket; hours of them would not fit into memory.
        const kept = { ...line, latencyMs: {} };
        this.buckets.push(kept);
        return kept;
      }
      case 'played':
        if (!this.#seenPlays.has(text)) {
          this.#seenPlays.add(text);
          this.plays.push(text);
        }
        break;
      case 'account-acknowledged':
      case 'subscription-acknowledged':
      case 'subscription-seen':
      case 'bill-seen':
        if (!this.#seenTold.has(text)) {
          this.#seenTold.add(text);
          this.told.push(text);
        }
        break;
      case 'end':
        this.end ??= line;
        break;
      case 'broken':
        this.broken++;
        break;
    }
    return undefined;
  }

  /** Counting starts anew when a log is read again from its beginning: its broken lines come again too. */
  reread(): void {
    this.broken = 0;
  }

  fail(reason: string): void {
    this.#failure ??= reason;
  }

  /** `untilMs`: a driver that ended before this ended too early. */
  data(untilMs: number): LoadData {
    const early = this.end && (this.end.atMs < untilMs || this.end.exitCode === 3) ? this.end : undefined;
    const failure = early
      ? `exit code ${early.exitCode}${early.reason ? `: ${early.reason}` : ''}`
      : this.end
        ? undefined
        : this.#failure;
    return {
      started: this.start !== undefined && this.buckets.length > 0,
      buckets: this.buckets,
      broken: this.broken,
      ...(failure === undefined ? {} : { failure }),
    };
  }

  /** The buckets of the last `ms`, newest included. */
  trailing(ms: number): Bucket[] {
    const last = this.buckets.at(-1);
    if (!last) return [];
    const fromMs = last.atMs + last.spanMs - ms;
    let index = this.buckets.length;
    while (index > 0 && this.buckets[index - 1]!.atMs >= fromMs) index--;
    return this.buckets.slice(index);
  }
}

/** The figures of the last second, for people who watch. */
export function liveFigures(observer: Observer): LiveRecord | undefined {
  const second = observer.trailing(1_000);
  const last = second.at(-1);
  if (!last) return undefined;
  const { ok, failed } = requestsIn(second);
  const startup = quantileOf(mergeHistograms(observer.trailing(10_000).map((bucket) => bucket.startupDelayMs)), 0.95);
  const playingMs = sum(second, (bucket) => bucket.playingMs);
  const rebufferMs = sum(second, (bucket) => bucket.rebufferMs);
  return {
    atMs: last.atMs + last.spanMs,
    viewers: last.viewers,
    sps: sum(second, (bucket) => bucket.starts.ok),
    requests: ok + failed,
    errorRatio: ok + failed === 0 ? 0 : failed / (ok + failed),
    ...(startup === undefined ? {} : { startupP95Ms: startup }),
    rebufferRatio: playingMs + rebufferMs === 0 ? 0 : rebufferMs / (playingMs + rebufferMs),
  };
}

/** The timeline that the journal keeps: at most this many points, so that the object stays small. */
const MAX_POINTS = 600;

/** Sums the buckets into points of 500 ms, or of longer spans when there would be too many. */
export function timelineOf(buckets: readonly Bucket[]): TimelinePoint[] {
  const [first] = buckets;
  const last = buckets.at(-1);
  if (!first || !last) return [];
  const lengthMs = last.atMs + last.spanMs - first.atMs;
  let spanMs = 500;
  while (lengthMs / spanMs > MAX_POINTS) spanMs *= 2;
  const groups = Map.groupBy(buckets, ({ atMs }) => Math.floor((atMs - first.atMs) / spanMs));
  return [...groups].map(([index, group]) => {
    const { ok, failed } = requestsIn(group);
    const startup = quantileOf(mergeHistograms(group.map((bucket) => bucket.startupDelayMs)), 0.95);
    return {
      atMs: first.atMs + index * spanMs,
      spanMs,
      viewers: group.at(-1)!.viewers,
      ok,
      failed,
      starts: sum(group, (bucket) => bucket.starts.ok),
      failedStarts: sum(group, (bucket) => bucket.starts.failed),
      ...(startup === undefined ? {} : { startupP95Ms: startup }),
      playingMs: Math.round(sum(group, (bucket) => bucket.playingMs)),
      rebufferMs: Math.round(sum(group, (bucket) => bucket.rebufferMs)),
      lagMs: Math.max(...group.map((bucket) => bucket.lagMs)),
    };
  });
}

const sum = (buckets: readonly Bucket[], of: (bucket: Bucket) => number): number =>
  buckets.reduce((total, bucket) => total + of(bucket), 0);
