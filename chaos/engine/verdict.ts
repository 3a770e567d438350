import { probes } from '../probes/registry.ts';
import { judgeExpectation, violatedNow } from './expectations.ts';
import type { ExperimentSpec } from './experiment.ts';
import {
  type AuditRecord,
  type Claims,
  type ExpectationRecord,
  type ExperimentStatus,
  exitCodes,
  type Outcome,
  type PotencyRecord,
  type Verdict,
} from './journal.ts';
import type { Bucket } from './load-stream.ts';
import { inWindow, missingBuckets, requestsIn, type Window } from './windows.ts';

/** What the load driver told, as far as it was read. */
export interface LoadData {
  readonly started: boolean;
  readonly buckets: readonly Bucket[];
  /** Lines that claimed to be of the stream and could not be read. */
  readonly broken: number;
  /** How the driver ended, if it ended by itself before the run did. */
  readonly failure?: string;
}

export interface Evidence {
  readonly spec: ExperimentSpec;
  readonly status: ExperimentStatus;
  readonly load: LoadData;
  /** Absent when the baseline never began. */
  readonly baseline?: Window;
  /** From the first injection to the end of recovery; absent when nothing was injected. */
  readonly fault?: Window;
  readonly audit?: AuditRecord;
  readonly claims?: Claims;
}

/** A driver that fell further behind than this did not offer the load that it reports (docs/architecture.md). */
const MAX_LAG_MS = 500;

/**
 * The verdict, from evidence alone. Nothing is green by default: `held` is what remains when every mark's effect was
 * measured, the baseline was steady, the data is whole, and every expectation was measured on enough samples and held.
 * Order: residue, aborted, then evidence that is not good enough, then deviations, then expectations nobody could judge.
 */
export function judge(evidence: Evidence): Verdict {
  const { spec, status, audit, claims } = evidence;
  const potency = status.marks.map((mark) => potencyOf(mark.id, evidence));
  const expectations = judgeAll(evidence);
  const residue = status.residue.map(({ pod, what, before, after }) => `${pod}: ${what} was ${before}, is ${after}`);
  const doubts = [
    ...doubtsOf(evidence, potency),
    // Without any figures each expectation would only say so again.
    ...(evidence.load.started ? baselineDoubts(expectations) : []),
  ];
  const faults = expectations.filter(({ window }) => window === 'fault');
  const deviations = [
    ...faults.filter(({ result }) => result === 'deviated').map(sentence),
    ...(status.recovery && !status.recovery.well
      ? [`not well again within ${spec.recovery}: ${status.recovery.missing.join('; ')}`]
      : []),
  ];
  const undecided = faults.filter(({ result }) => result === 'inconclusive').map(sentence);
  const abort = status.abort && ['condition', 'operator'].includes(status.abort.kind) ? [status.abort.reason] : [];
  const ranked: readonly [Outcome, readonly string[]][] = [
    ['residue', residue],
    ['aborted', abort],
    ['inconclusive', doubts],
    ['deviated', deviations],
    ['inconclusive', undecided],
  ];
  const outcome = ranked.find(([, reasons]) => reasons.length > 0)?.[0] ?? 'held';
  return {
    outcome,
    exitCode: exitCodes[outcome],
    reasons: outcome === 'held' ? held(potency, faults) : reasonsFor(outcome, ranked),
    expectations,
    potency,
    ...(audit ? { audit, lostPlays: audit.lost } : {}),
    ...(claims ? { claims } : {}),
    ...timing(evidence),
    seed: status.seed,
  };
}

/** The outcome's own reasons first, then whatever else went wrong; what could not be judged only when nothing else did. */
function reasonsFor(outcome: Outcome, ranked: readonly (readonly [Outcome, readonly string[]])[]): string[] {
  const own = ranked.find(([is, reasons]) => is === outcome && reasons.length > 0)?.[1] ?? [];
  const others = ranked
    .filter(([is, reasons]) => is !== 'inconclusive' && reasons !== own)
    .flatMap(([, reasons]) => reasons);
  return [...new Set([...own, ...others])];
}

function judgeAll({ spec, load, baseline, fault, audit, claims }: Evidence): ExpectationRecord[] {
  const before = baseline ? inWindow(load.buckets, baseline) : [];
  const during = fault ? inWindow(load.buckets, fault) : [];
  const extra = { ...(audit ? { audit } : {}), ...(claims ? { claims } : {}) };
  const none: Window = { fromMs: 0, toMs: 0 };
  return spec.steadyState.flatMap((expectation, index) => [
    ...baselineRecords(expectation, index, before, baseline ?? none),
    judgeExpectation({
      expectation,
      index,
      window: 'fault',
      span: fault ?? none,
      data: { window: during, baseline: before, ...extra },
    }),
  ]);
}

/** The baseline is judged by the probes that read buckets; the auditor's history is one whole. */
function baselineRecords(
  expectation: ExperimentSpec['steadyState'][number],
  index: number,
  buckets: readonly Bucket[],
  span: Window,
): ExpectationRecord[] {
  if (probes.get(expectation.measure)?.needs !== 'buckets') return [];
  return [
    judgeExpectation({ expectation, index, window: 'baseline', span, data: { window: buckets, baseline: buckets } }),
  ];
}

/** What the baseline alone says: whether it was steady, before anything is injected. */
export function judgeBaseline(spec: ExperimentSpec, load: LoadData, span: Window): string[] {
  const inside = inWindow(load.buckets, span);
  const records = spec.steadyState.flatMap((expectation, i) => baselineRecords(expectation, i, inside, span));
  return [...dataDoubts('baseline', load, span), ...baselineDoubts(records)];
}

const baselineDoubts = (records: readonly ExpectationRecord[]): string[] =>
  records
    .filter(({ window, result }) => window === 'baseline' && result !== 'held')
    .map((record) =>
      record.result === 'deviated'
        ? `the baseline was not steady: ${sentence(record)}`
        : `the baseline says too little: ${sentence(record)}`,
    );

/** Why this evidence cannot carry a verdict, whatever the figures say. */
function doubtsOf(
  { spec, status, load, baseline, fault, audit, claims }: Evidence,
  potency: readonly PotencyRecord[],
): string[] {
  const doubts: string[] = [];
  if (status.abort?.kind === 'blind' || status.abort?.kind === 'error') doubts.push(status.abort.reason);
  for (const reason of status.doubts ?? []) doubts.push(reason);
  if (status.marks.length === 0) doubts.push('no targets: nothing was injected');
  for (const { potent, fault: kind, pod, summary } of potency) {
    if (!potent) doubts.push(`${kind} on ${pod} had no measured effect: ${summary}`);
  }
  for (const { residue, pod, fault: kind } of potency) {
    if (residue === 'unknown' && fault)
      doubts.push(`${kind} on ${pod}: it could not be measured whether anything was left`);
  }
  if (spec.steadyState.length === 0) doubts.push('no expectations: nothing was judged');
  if (!spec.load) return doubts;
  if (!load.started) return [...doubts, 'the viewers never started'];
  if (load.broken > 0) doubts.push(`${load.broken} lines of the load stream could not be read`);
  if (load.failure) doubts.push(`the load driver ended early: ${load.failure}`);
  if (baseline) doubts.push(...dataDoubts('baseline', load, baseline));
  if (fault) doubts.push(...dataDoubts('fault window', load, fault));
  if (fault && !audit && spec.steadyState.some(({ measure }) => probes.get(measure)?.needs === 'audit')) {
    doubts.push('the auditor did not run');
  }
  const asked = spec.steadyState.filter(({ measure }) => probes.get(measure)?.needs === 'claims');
  if (fault && asked.some(({ measure }) => claims?.[measure] === undefined))
    doubts.push('the auditor of accounts and money did not run');
  return doubts;
}

/** Why the data of a window cannot be judged. */
export function dataDoubts(name: string, load: LoadData, window: Window): string[] {
  const doubts: string[] = [];
  const buckets = inWindow(load.buckets, window);
  const missing = missingBuckets(load.buckets, window);
  if (missing > 0) doubts.push(`${missing} of ${buckets.length + missing} buckets of the ${name} are missing`);
  const { ok, failed } = requestsIn(buckets);
  if (ok + failed === 0) doubts.push(`no traffic in the ${name}`);
  const lagMs = buckets.reduce((most, bucket) => Math.max(most, bucket.lagMs), 0);
  if (lagMs > MAX_LAG_MS) {
    doubts.push(
      `the load driver fell ${Math.round(lagMs)} ms behind in the ${name} (at most ${MAX_LAG_MS} ms is trusted)`,
    );
  }
  return doubts;
}

function potencyOf(id: string, { status }: Evidence): PotencyRecord {
  const mark = status.marks.find((candidate) => candidate.id === id)!;
  const effects = status.effects.filter((effect) => effect.mark === id);
  // A fault that faded before its time was not the fault that was asked for.
  const failed = effects.find(({ potent }) => !potent);
  const shown = failed ?? effects[0];
  const begun = mark.injectedMs !== undefined;
  return {
    mark: id,
    fault: mark.fault,
    pod: mark.target.name,
    namespace: mark.target.namespace,
    potent: begun && effects.length > 0 && failed === undefined,
    summary: shown?.summary ?? mark.error ?? (begun ? 'its effect was never measured' : 'it was never injected'),
    figures: shown?.figures ?? {},
    measurements: effects.length,
    ...(mark.readyAgainMs !== undefined && mark.injectedMs !== undefined
      ? { readyAgainAfterMs: mark.readyAgainMs - mark.injectedMs }
      : {}),
    residue: status.residue.some((entry) => entry.mark === id)
      ? 'found'
      : mark.cleanMs === undefined
        ? 'unknown'
        : 'none',
  };
}

/** Detection and recovery as viewers saw them, to a bucket's 100 ms, and never before services were ready again. */
function timing({ spec, status, load, fault }: Evidence): Pick<Verdict, 'timeToDetectMs' | 'recoveryTimeMs'> {
  const first = Math.min(...status.marks.flatMap(({ injectedMs }) => injectedMs ?? []));
  if (!fault || !Number.isFinite(first)) return {};
  const bad = inWindow(load.buckets, fault).filter((bucket) => violatedNow(spec.steadyState, [bucket]) !== undefined);
  const detect = bad[0] && { timeToDetectMs: Math.max(0, bad[0].atMs + bad[0].spanMs - first) };
  if (!status.recovery?.well) return { ...detect };
  const lastBad = bad.at(-1);
  const ready = status.marks.flatMap(({ readyAgainMs }) => readyAgainMs ?? []);
  const until = Math.max(first, ...ready, lastBad ? lastBad.atMs + lastBad.spanMs : first);
  return { ...detect, recoveryTimeMs: until - first };
}

const sentence = ({ expected, reason }: ExpectationRecord): string => `${expected}: ${reason ?? 'held'}`;

function held(potency: readonly PotencyRecord[], faults: readonly ExpectationRecord[]): string[] {
  return [
    `${potency.length} of ${potency.length} faults had a measured effect`,
    `${faults.length} of ${faults.length} expectations held`,
    'nothing was left behind',
  ];
}
