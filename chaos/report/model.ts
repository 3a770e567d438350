/** A run as its report tells it: pure data that the terminal, JUnit and HTML print. */
import type {
  AuditRecord,
  ExpectationRecord,
  MarkRecord,
  Outcome,
  PotencyRecord,
  ResidueRecord,
} from '../engine/journal.ts';
import { phases as phaseNames } from '../engine/journal.ts';
import { type Judgement, judge } from './judgement.ts';
import type { RunRecord } from './record.ts';
import { type Point, timelineOf } from './timeline.ts';
import { amount, span } from './words.ts';

export type Result = 'held' | 'deviated' | 'inconclusive';

export interface ExpectationRow {
  readonly measure: string;
  readonly expected: string;
  readonly baseline: string;
  readonly fault: string;
  readonly result: Result;
  readonly reason: string | undefined;
}

export interface FaultRow {
  readonly fault: string;
  readonly pod: string;
  readonly region: string;
  readonly node: string;
  /** From the timeline's origin; undefined when it was never injected. */
  readonly injectedMs: number | undefined;
  readonly untilMs: number | undefined;
  readonly readyAgainMs: number | undefined;
  readonly readyAgain: string;
  readonly potent: boolean | undefined;
  readonly effect: string;
  readonly residue: 'none' | 'found' | 'unknown';
}

export interface PhaseSpan {
  readonly name: string;
  readonly fromMs: number;
  readonly toMs: number;
}

export interface ReportModel {
  readonly title: string;
  readonly name: string;
  readonly run: string;
  readonly teaches: string | undefined;
  readonly guard: string | undefined;
  readonly outcome: Outcome;
  readonly exitCode: number;
  readonly reasons: readonly string[];
  readonly seed: number;
  readonly driver: string;
  readonly startedAt: string | undefined;
  readonly durationMs: number;
  readonly phases: readonly PhaseSpan[];
  readonly expectations: readonly ExpectationRow[];
  readonly faults: readonly FaultRow[];
  readonly residue: readonly ResidueRecord[];
  readonly figures: ReadonlyArray<{ readonly name: string; readonly meaning: string; readonly value: string }>;
  readonly points: readonly Point[];
  readonly noData: string | undefined;
  readonly events: ReadonlyArray<{ readonly atMs: number; readonly type: string; readonly message: string }>;
  readonly spared: ReadonlyArray<{ readonly pod: string; readonly reason: string }>;
  readonly environment: ReadonlyArray<readonly [string, string]>;
  readonly repeat: string;
}

export function modelOf(record: RunRecord): ReportModel {
  const { spec, status, metadata } = record.experiment;
  const originMs = originOf(record);
  const points = timelineOf(record, originMs);
  const endMs = endOf(record, originMs, points);
  return {
    title: spec.title,
    name: metadata.name,
    run: status.run,
    teaches: spec.teaches,
    guard: spec.guard,
    ...distinct(judge(record)),
    seed: status.seed,
    driver: driverOf(record),
    startedAt: status.startedAt,
    durationMs: endMs,
    phases: phasesOf(record, originMs, endMs),
    expectations: spec.steadyState.map(({ measure }, index) =>
      expectationRow(
        measure,
        (status.verdict?.expectations ?? []).filter((each) => each.index === index),
      ),
    ),
    faults: status.marks.map((mark) =>
      faultRow(
        mark,
        status.verdict?.potency.find((potency) => potency.mark === mark.id),
        originMs,
      ),
    ),
    residue: status.residue,
    figures: figuresOf(record),
    points,
    noData: points.length > 0 ? undefined : (record.load.missing ?? 'no viewer measurement was recorded'),
    events: status.events.map(({ atMs, type, message }) => ({ atMs: atMs - originMs, type, message })),
    spared: status.spared.map(({ pod, reason }) => ({ pod, reason })),
    environment: environmentOf(record),
    repeat: record.repeat,
  };
}

const distinct = (judgement: Judgement): Judgement => ({ ...judgement, reasons: [...new Set(judgement.reasons)] });

/** The baseline's begin; everything is told from there. */
function originOf({ experiment: { status }, load }: RunRecord): number {
  const { phaseAtMs, startedAt } = status;
  const started = startedAt === undefined ? Number.NaN : Date.parse(startedAt);
  return (
    phaseAtMs.Baseline ?? load.buckets[0]?.atMs ?? status.timeline?.[0]?.atMs ?? (Number.isNaN(started) ? 0 : started)
  );
}

function endOf({ experiment: { status } }: RunRecord, originMs: number, points: readonly Point[]): number {
  const completed = status.completedAt === undefined ? Number.NaN : Date.parse(status.completedAt);
  const lastPhaseMs = Math.max(...Object.values(status.phaseAtMs), originMs);
  const endMs = Number.isNaN(completed) ? lastPhaseMs : completed;
  return Math.max(endMs - originMs, points.at(-1)?.atMs ?? 0, 1);
}

function phasesOf({ experiment: { status } }: RunRecord, originMs: number, endMs: number): readonly PhaseSpan[] {
  const begun = phaseNames
    .filter((name) => name !== 'Pending' && name !== 'Complete')
    .flatMap((name) => {
      const atMs = status.phaseAtMs[name];
      return atMs === undefined ? [] : [{ name, fromMs: atMs - originMs }];
    });
  return begun.map(({ name, fromMs }, index) => ({ name, fromMs, toMs: begun[index + 1]?.fromMs ?? endMs }));
}

function expectationRow(measure: string, judged: readonly ExpectationRecord[]): ExpectationRow {
  const cell = (window: ExpectationRecord['window']) => judged.find((each) => each.window === window);
  const value = (record: ExpectationRecord | undefined) => amount(record?.value, record?.unit ?? '');
  const fault = cell('fault');
  const results = judged.map(({ result }) => result);
  const result: Result = results.includes('deviated')
    ? 'deviated'
    : fault?.result === 'held' && fault.value !== undefined && results.every((each) => each === 'held')
      ? 'held'
      : 'inconclusive';
  const reasons = judged.flatMap(({ reason, result: each }) => (reason && each !== 'held' ? [reason] : []));
  return {
    measure,
    expected: judged[0]?.expected ?? measure,
    baseline: value(cell('baseline')),
    fault: value(fault),
    result,
    reason: judged.length === 0 ? 'it was not judged' : reasons[0],
  };
}

function faultRow(mark: MarkRecord, potency: PotencyRecord | undefined, originMs: number): FaultRow {
  const fromOrigin = (ms: number | undefined) => (ms === undefined ? undefined : ms - originMs);
  const again = potency?.readyAgainAfterMs;
  return {
    fault: mark.fault,
    pod: mark.target.name,
    region: mark.target.region,
    node: mark.target.node,
    injectedMs: fromOrigin(mark.injectedMs),
    // A fault that is over once injected has no end of its own: what it hit being replaced is its end.
    untilMs: mark.untilMs === undefined ? undefined : fromOrigin(mark.recoveredMs ?? mark.untilMs),
    readyAgainMs: fromOrigin(mark.readyAgainMs),
    readyAgain: span(again ?? (mark.readyAgainMs && mark.injectedMs ? mark.readyAgainMs - mark.injectedMs : undefined)),
    potent: potency?.potent,
    effect:
      potency?.summary ??
      mark.error ??
      (mark.injectedMs ? 'its effect was not measured' : `not injected (${mark.state})`),
    residue: potency?.residue ?? 'unknown',
  };
}

function figuresOf({ experiment: { status } }: RunRecord) {
  const { verdict } = status;
  return [
    {
      name: 'Time to detect',
      meaning: 'first injection to the first viewer measurement outside its expectation',
      value: verdict && verdict.timeToDetectMs === undefined ? 'nothing to detect' : span(verdict?.timeToDetectMs),
    },
    {
      name: 'RTO',
      meaning: 'first injection until viewers and services were well again',
      value: span(verdict?.recoveryTimeMs),
    },
    { name: 'RPO', meaning: 'acknowledged plays that were lost', value: rpoOf(verdict?.audit ?? status.audit) },
  ];
}

function rpoOf(audit: AuditRecord | undefined): string {
  if (!audit) return 'not audited';
  if (audit.verdict === 'no-data') return `not known: ${audit.why}`;
  return `${audit.lost} of ${audit.acknowledged} lost`;
}

function driverOf({ experiment: { status, spec } }: RunRecord): string {
  const { driver } = status;
  if (!driver) return spec.load ? 'never started' : 'none';
  return driver.name === 'none'
    ? 'none'
    : `${driver.name} ${driver.version}, ${driver.script}, ${driver.viewers} viewers`;
}

function environmentOf({ versions, machine }: RunRecord): ReadonlyArray<readonly [string, string]> {
  return [...Object.entries(versions), ...Object.entries(machine)].map(([name, value]) => [name, String(value)]);
}
