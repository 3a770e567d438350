/**
 * The load stream: what `scenarios/load/run.ts SCRIPT --stream` prints on stdout, one JSON object a line. Readers skip
 * every line that is not a JSON object with a known `type`. Times are epoch milliseconds of the machine that drives.
 * This file has no imports, so that any reader can take its types without taking anything else.
 */

export interface Counts {
  ok: number;
  failed: number;
}

/** Pairs of [value in ms, count]: integers, values rounded up to two significant digits (HdrHistogram), ascending. */
export type Histogram = [value: number, count: number][];

export interface StartLine {
  type: 'start';
  driver: 'embedded' | 'k6';
  driverVersion: string;
  script: string;
  startedAtMs: number;
  seed: number;
  /** The most virtual users the run may have at once; 0 when the driver does not say. */
  vus: number;
}

/**
 * 100 ms of the run, [atMs, atMs + spanMs). There is one for every 100 ms, in order, from `start` to `end`: an empty
 * bucket says that nothing happened, a missing one that nothing is known.
 */
export interface BucketLine {
  type: 'bucket';
  atMs: number;
  spanMs: 100;
  /** By kind: session browse start manifest segment heartbeat. `failed` is what the viewer saw fail. */
  requests: Record<string, Counts>;
  /** Viewer-visible failures by `kind:code`; the code is k6's error_code (1050 timeout, 1212 refused, 1503 HTTP 503 …). */
  errors: Record<string, number>;
  /** Attempts that failed and were answered elsewhere, by `kind:code`: invisible to the viewer, so not in `errors`. */
  retried: Record<string, number>;
  /** Ok and failed by kind, retries included, corrected for coordinated omission where the kind has a cadence. */
  latencyMs: Record<string, Histogram>;
  /** Starts of a title: ok when the first frame could be shown. Starts per second (SPS) = 10 × starts.ok. */
  starts: Counts;
  /** From the viewer's "play" to the first frame. */
  startupDelayMs: Histogram;
  /** Summed over the viewers: time in which video played, and in which it stood still after having started. */
  playingMs: number;
  rebufferMs: number;
  /** Active viewers at the end of the bucket. */
  viewers: number;
  /** How far the driver itself fell behind. Above 500 its figures are not to be trusted. */
  lagMs: number;
  /** Samples in this bucket that belong to an earlier one, which was already out when they came. Absent when 0. */
  late?: number;
}

/**
 * One observation of a play, for the auditor. A play has several: `acknowledged` once, `continued` at most once a
 * heartbeat, then `refused` (the platform definitely denies it) or `ended`. `continued` tells whether it was ever
 * continued up to this line. Judged by `scenarios/audit/check.ts`, not by counting lines.
 */
export interface PlayedLine {
  type: 'played';
  atMs: number;
  session: string;
  title: string;
  playback: string;
  event: 'acknowledged' | 'continued' | 'refused' | 'ended';
  /** What was served, or what refused: segment, heartbeat, manifest; for `ended` why: finished, gave-up. */
  by?: string;
  /** k6's error_code of a refusal. */
  code?: string;
  acknowledged: true;
  continued: boolean;
}

/**
 * What a viewer was told of an account or of money, for the auditor: lines of scenarios/audit/money-history.ts and
 * scenarios/audit/promises.ts as they are. `atMs` of what was read is when it was asked for: it is no older than that.
 */
export type ToldLine =
  | { type: 'account-acknowledged'; atMs: number; account: string; mail: string }
  | { type: 'subscription-acknowledged'; atMs: number; account: string; plan: string }
  | { type: 'subscription-seen'; atMs: number; account: string; plan: string; state: string }
  | {
      type: 'bill-seen';
      atMs: number;
      account: string;
      bill: string;
      amountMinor: number;
      currency: string;
      state: string;
    };

export const toldTypes: readonly ToldLine['type'][] = [
  ...(['account-acknowledged', 'subscription-acknowledged', 'subscription-seen', 'bill-seen'] as const),
];

export interface SummaryLine {
  type: 'summary';
  metrics: Record<string, unknown>;
  thresholds: Record<string, boolean>;
}

export interface EndLine {
  type: 'end';
  atMs: number;
  /** 0 done, 1 a threshold failed, 2 bad script or options, 3 could not run, 4 aborted. */
  exitCode: number;
  /** Why, when the exit code is not 0. */
  reason?: string;
}

export type Line = StartLine | BucketLine | PlayedLine | ToldLine | SummaryLine | EndLine;

export const lineTypes: readonly Line['type'][] = [
  ...(['start', 'bucket', 'played', 'summary', 'end'] as const),
  ...toldTypes,
];

/** The line's object, or undefined for anything that is not a line of the stream (log output, a torn line). */
export function parseLine(text: string): Line | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    const value = JSON.parse(text) as { type?: unknown } | null;
    return (lineTypes as readonly unknown[]).includes(value?.type) ? (value as unknown as Line) : undefined;
  } catch {
    return undefined;
  }
}
