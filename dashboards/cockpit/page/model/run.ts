/** One run as its page shows it. Pure. */
import type { EventRecord, LiveRecord, Outcome, ResidueRecord, TimelinePoint } from '#chaos/engine/journal.ts';
import type { RunView, Sample } from '../../feed/wire.ts';
import { type ExpectationRow, expectationRows } from './expectations.ts';
import { type FaultRow, faultRows } from './faults.ts';
import { amount, count, percent, span, UNKNOWN } from './format.ts';
import { STALE_MS } from './health.ts';
import { type ShownOutcome, shownOutcome } from './outcome.ts';
import { type PhaseStep, phaseSteps } from './phases.ts';
import { type Band, faultBands, type Series, seriesOf } from './series.ts';

export interface Figure {
  readonly label: string;
  readonly value: string;
}

export interface RunModel {
  readonly uid: string;
  readonly name: string;
  readonly title: string;
  readonly facts: readonly Figure[];
  /** `waiting`: no controller took it up yet. */
  readonly stage: 'waiting' | 'running' | 'complete';
  readonly steps: readonly PhaseStep[];
  readonly abort: string | undefined;
  readonly viewers: ViewersModel;
  readonly faults: readonly FaultRow[];
  readonly expectations: readonly ExpectationRow[];
  readonly verdict: (ShownOutcome & { readonly figures: readonly Figure[] }) | undefined;
  readonly residue: ResidueModel;
  /** Newest first. */
  readonly events: readonly EventRecord[];
}

export interface ViewersModel {
  readonly figures: readonly Figure[];
  /** How old the figures are, when a run that should bring new ones brings none. */
  readonly silentMs: number | undefined;
  readonly series: Series;
  readonly bands: readonly Band[];
}

export interface ResidueModel {
  /** `none` only when every target was measured again and was clean. */
  readonly state: 'pending' | 'none' | 'found' | 'unknown';
  readonly rows: readonly ResidueRecord[];
  readonly measured: number;
  readonly of: number;
}

const MAX_EVENTS = 100;

export function runModel(run: RunView, samples: readonly Sample[], nowMs: number): RunModel {
  const { spec, status } = run;
  const outcome = shownOutcome(spec, status);
  const faults = faultRows(spec, status, nowMs);
  return {
    uid: run.uid,
    name: run.name,
    title: spec.title,
    facts: factsOf(run),
    stage: !status || status.phase === 'Pending' ? 'waiting' : status.phase === 'Complete' ? 'complete' : 'running',
    steps: phaseSteps(spec, status, nowMs),
    abort: status?.abort?.reason,
    viewers: viewersOf(run, samples, nowMs),
    faults,
    expectations: expectationRows(spec, status),
    verdict: outcome && { ...outcome, figures: verdictFigures(run) },
    residue: residueOf(run, faults),
    events: (status?.events ?? []).slice(-MAX_EVENTS).reverse(),
  };
}

function figuresNow(live: LiveRecord | undefined): readonly Figure[] {
  return [
    { label: 'Viewers', value: count(live?.viewers) },
    { label: 'Starts a second', value: count(live?.sps, 1) },
    { label: 'Errors', value: live && live.requests > 0 ? percent(live.errorRatio) : UNKNOWN },
    { label: 'Start-up p95', value: amount(live?.startupP95Ms, 'ms') },
    { label: 'Rebuffering', value: percent(live?.rebufferRatio) },
  ];
}

/** The last second of a run says nothing about it: of one that is over, the whole and the worst. */
function figuresOfAll(timeline: readonly TimelinePoint[]): readonly Figure[] {
  const sum = (pick: (point: TimelinePoint) => number) => timeline.reduce((all, point) => all + pick(point), 0);
  const most = (values: readonly number[]) => (values.length === 0 ? undefined : Math.max(...values));
  const ratio = (part: number, whole: number) => (whole > 0 ? part / whole : undefined);
  const failed = sum((point) => point.failed);
  const rebufferMs = sum((point) => point.rebufferMs);
  const startsAMs = ratio(
    sum(({ starts }) => starts),
    sum(({ spanMs }) => spanMs),
  );
  return [
    { label: 'Viewers, most', value: count(most(timeline.map(({ viewers }) => viewers))) },
    { label: 'Starts a second, mean', value: count(startsAMs === undefined ? undefined : startsAMs * 1_000, 1) },
    { label: 'Errors, all', value: percent(ratio(failed, failed + sum(({ ok }) => ok))) },
    { label: 'Start-up p95, worst', value: amount(most(timeline.flatMap((point) => point.startupP95Ms ?? [])), 'ms') },
    { label: 'Rebuffering, all', value: percent(ratio(rebufferMs, rebufferMs + sum(({ playingMs }) => playingMs))) },
  ];
}

export function outcomeOf({ spec, status }: RunView): Outcome | undefined {
  return shownOutcome(spec, status)?.outcome;
}

function factsOf({ spec, status }: RunView): readonly Figure[] {
  const driver = status?.driver;
  return [
    { label: 'Run', value: status?.run ?? UNKNOWN },
    { label: 'Seed', value: String(status?.seed ?? spec.seed) },
    { label: 'Guard', value: spec.guard ?? 'none' },
    { label: 'Driver', value: driver ? `${driver.name} ${driver.version}`.trim() : UNKNOWN },
    { label: 'Controller', value: status?.holder?.identity ?? UNKNOWN },
  ];
}

function viewersOf({ status }: RunView, samples: readonly Sample[], nowMs: number): ViewersModel {
  const live = status?.live;
  const running = status !== undefined && ['Baseline', 'Inject', 'Recover'].includes(status.phase);
  // The controller's clock may differ from ours: what counts is when a figure was first seen, unless that was at once.
  const seenMs = samples.length > 1 ? samples.at(-1)?.seenMs : live && Math.min(live.atMs, nowMs);
  const silentMs = running && seenMs !== undefined && nowMs - seenMs > STALE_MS ? nowMs - seenMs : undefined;
  return {
    figures: status?.phase === 'Complete' ? figuresOfAll(status.timeline ?? []) : figuresNow(live),
    silentMs,
    series: seriesOf(status, samples),
    bands: faultBands(status, samples, nowMs),
  };
}

function verdictFigures({ status }: RunView): readonly Figure[] {
  const verdict = status?.verdict;
  if (!verdict) return [];
  return [
    { label: 'Time to detect', value: span(verdict.timeToDetectMs) },
    { label: 'Recovery time (RTO)', value: span(verdict.recoveryTimeMs) },
    { label: 'Lost plays', value: count(verdict.lostPlays) },
    { label: 'Exit code', value: String(verdict.exitCode) },
  ];
}

function residueOf({ status }: RunView, faults: readonly FaultRow[]): ResidueModel {
  const rows = status?.residue ?? [];
  const begun = (status?.marks ?? []).filter(({ state }) => state !== 'planned' && state !== 'skipped');
  const measured = begun.filter(
    ({ cleanMs, id }) => cleanMs !== undefined || rows.some(({ mark }) => mark === id),
  ).length;
  const all = { rows, measured, of: begun.length };
  if (rows.length > 0) return { state: 'found', ...all };
  if (status?.phase !== 'Complete') return { state: 'pending', ...all };
  const clean = begun.length > 0 && faults.every(({ residue }) => residue === 'none');
  return { state: clean ? 'none' : 'unknown', ...all };
}
