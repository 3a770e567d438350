/** The four curves of a run: from its timeline once there is one, before that from the live figures as they came. Pure. */
import type { ExperimentStatus } from '#chaos/engine/journal.ts';
import type { Sample } from '../../feed/wire.ts';

export interface Series {
  /** Seconds from the origin. */
  readonly seconds: readonly number[];
  readonly sps: readonly (number | null)[];
  readonly errorPercent: readonly (number | null)[];
  readonly startupP95Ms: readonly (number | null)[];
  readonly rebufferPercent: readonly (number | null)[];
}

export interface Band {
  readonly label: string;
  readonly fromSeconds: number;
  readonly toSeconds: number;
}

/** The origin is the baseline's begin. */
export function seriesOf(status: ExperimentStatus | undefined, samples: readonly Sample[]): Series {
  const originMs = originOf(status, samples);
  const timeline = status?.timeline;
  if (timeline && timeline.length > 0) {
    return {
      seconds: timeline.map(({ atMs }) => (atMs - originMs) / 1_000),
      sps: timeline.map(({ starts, spanMs }) => (starts * 1_000) / spanMs),
      errorPercent: timeline.map(({ ok, failed }) => ratio(failed, ok + failed)),
      startupP95Ms: timeline.map(({ startupP95Ms }) => startupP95Ms ?? null),
      rebufferPercent: timeline.map(({ rebufferMs, playingMs }) => ratio(rebufferMs, rebufferMs + playingMs)),
    };
  }
  return {
    seconds: samples.map(({ atMs }) => (atMs - originMs) / 1_000),
    sps: samples.map(({ sps }) => sps),
    // With no request nothing failed and nothing held either: a gap, not a zero.
    errorPercent: samples.map(({ errorRatio, requests }) => (requests > 0 ? errorRatio * 100 : null)),
    startupP95Ms: samples.map(({ startupP95Ms }) => startupP95Ms ?? null),
    rebufferPercent: samples.map(({ rebufferRatio }) => rebufferRatio * 100),
  };
}

/**
 * When each kind of fault was there, from the same origin; one that is instant is drawn as long as its service was short
 * of pods. Marks of one step are one band.
 */
export function faultBands(
  status: ExperimentStatus | undefined,
  samples: readonly Sample[],
  nowMs: number,
): readonly Band[] {
  const originMs = originOf(status, samples);
  const bands = new Map<number, Band>();
  for (const mark of status?.marks ?? []) {
    if (mark.injectedMs === undefined) continue;
    const endMs = mark.untilMs === undefined ? mark.readyAgainMs : mark.recoveredMs;
    const lastMs = endMs ?? (status?.phase === 'Complete' ? mark.injectedMs : Math.max(nowMs, mark.injectedMs));
    const known = bands.get(mark.step);
    bands.set(mark.step, {
      label: mark.fault,
      fromSeconds: Math.min(known?.fromSeconds ?? Number.POSITIVE_INFINITY, (mark.injectedMs - originMs) / 1_000),
      toSeconds: Math.max(known?.toSeconds ?? Number.NEGATIVE_INFINITY, (lastMs - originMs) / 1_000),
    });
  }
  return [...bands.values()];
}

function originOf(status: ExperimentStatus | undefined, samples: readonly Sample[]): number {
  return status?.phaseAtMs.Baseline ?? status?.timeline?.[0]?.atMs ?? samples[0]?.atMs ?? 0;
}

const ratio = (part: number, whole: number): number | null => (whole > 0 ? (part / whole) * 100 : null);
