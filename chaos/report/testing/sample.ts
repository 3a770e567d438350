/** A handmade run that held, for tests; each test breaks it in its own way. */
import { seededRng } from '#base/rng.ts';
import type { ExpectationRecord, MarkRecord, PotencyRecord, Verdict } from '../../engine/journal.ts';
import type { Bucket } from '../../engine/load-stream.ts';
import type { Target } from '../../world/target.ts';
import type { RunRecord } from '../record.ts';

const START_MS = Date.parse('2026-11-24T08:00:00Z');
const rng = seededRng(7);

const target = (service: string, region: string, n: number): Target => ({
  namespace: region,
  name: `${service}-6d8f9c-${n}x7kq`,
  uid: `uid-${service}-${region}`,
  service,
  region,
  node: `${region}a-1`,
  ip: `10.1.2.${n}`,
});

const mark = (id: string, fault: string, on: Target, rest: Partial<MarkRecord>): MarkRecord => ({
  id,
  step: Number(id.split('.')[0]),
  fault,
  target: on,
  mark: {},
  state: 'recovered',
  dueMs: START_MS + 15_000,
  expiresAtMs: START_MS + 60_000,
  journalledMs: START_MS + 15_020,
  injectedMs: START_MS + 15_080,
  ...rest,
});

const marks: readonly MarkRecord[] = [
  mark('0.0', 'kind-a', target('shop', 'us-east-1', 1), { readyAgainMs: START_MS + 17_400 }),
  mark('0.1', 'kind-a', target('shop', 'us-west-2', 2), { readyAgainMs: START_MS + 17_900 }),
  mark('1.0', 'kind-b', target('shelf', 'us-east-1', 3), {
    untilMs: START_MS + 35_000,
    recoveredMs: START_MS + 35_100,
  }),
];

const potency: readonly PotencyRecord[] = marks.map(({ id, fault, target: { name, namespace } }) => ({
  mark: id,
  fault,
  pod: name,
  namespace,
  potent: true,
  summary: fault === 'kind-a' ? 'uid gone from the API after 41 ms' : 'round trip 302 ms, was 0.6 ms',
  figures: {},
  measurements: fault === 'kind-a' ? 1 : 20,
  ...(fault === 'kind-a' ? { readyAgainAfterMs: 2_400 } : {}),
  residue: 'none',
}));

const expectation = (index: number, measure: string, rest: Partial<ExpectationRecord>): ExpectationRecord[] =>
  (['baseline', 'fault'] as const).map((window) => ({
    index,
    measure,
    window,
    expected: `${measure} ≤ 0.001`,
    value: 0,
    limit: 0.001,
    unit: 'ratio',
    samples: 21_400,
    needed: 1_000,
    result: 'held',
    ...rest,
  }));

export const heldVerdict: Verdict = {
  outcome: 'held',
  exitCode: 0,
  reasons: ['all 3 expectations held while 3 faults had their effect'],
  expectations: [
    ...expectation(0, 'failures', {}),
    ...expectation(1, 'delay', { expected: 'delay p95 ≤ 2,000 ms', value: 412, limit: 2_000, unit: 'ms' }),
    ...expectation(2, 'stalls', { expected: 'stalls ≤ 0.01', value: 0.0002, limit: 0.01 }),
  ],
  potency,
  audit: {
    verdict: 'ok',
    lost: 0,
    acknowledged: 214,
    continued: 214,
    undecided: 0,
    why: 'all continued',
    examples: [],
  },
  recoveryTimeMs: 2_900,
  lostPlays: 0,
  seed: 20261124,
};

/** 60 s of 100 ms buckets; starts are slower while the second kind of fault lasts. */
export function sampleBuckets(): Bucket[] {
  return Array.from({ length: 600 }, (_, index): Bucket => {
    const slow = index > 152 && index < 350;
    const delay = Math.round((slow ? 520 : 180) + rng.next() * 200);
    const starts = rng.next() < 0.42 ? 1 : 0;
    return {
      type: 'bucket',
      atMs: START_MS + index * 100,
      spanMs: 100,
      requests: { segment: { ok: 30 + Math.round(rng.next() * 8), failed: 0 }, start: { ok: starts, failed: 0 } },
      errors: {},
      retried: {},
      latencyMs: {},
      starts: { ok: starts, failed: 0 },
      startupDelayMs: starts ? [[delay, 1]] : [],
      playingMs: 9_900,
      rebufferMs: index > 155 && index < 170 ? 60 : 0,
      viewers: Math.min(100, index * 2),
      lagMs: 1,
    };
  });
}

export function sampleRecord(): RunRecord {
  return {
    format: 1,
    experiment: {
      apiVersion: 'faultflix.dev/v1alpha1',
      kind: 'Experiment',
      metadata: { name: 'sample', namespace: 'chaos' },
      spec: {
        title: 'One pod of each region dies while another is slow',
        teaches: 'Clients that eject a dead endpoint on its first error do not wait for the API to say so.',
        guard: 'outlier-ejection',
        seed: 20261124,
        load: { script: 'viewer.ts', viewers: 100, rampUp: '5s' },
        baseline: '15s',
        recovery: '30s',
        steadyState: [{ measure: 'failures' }, { measure: 'delay' }, { measure: 'stalls' }],
        method: [],
        abort: [],
        blastRadius: { maxRatioOfService: 0.5, maxPods: 5 },
      },
      status: {
        phase: 'Complete',
        run: '1a2b3c4d',
        seed: 20261124,
        startedAt: '2026-11-24T08:00:00.000Z',
        completedAt: '2026-11-24T08:01:01.000Z',
        phaseAtMs: {
          Pending: START_MS - 3_000,
          Baseline: START_MS,
          Inject: START_MS + 15_000,
          Recover: START_MS + 35_000,
          Verdict: START_MS + 58_000,
          Complete: START_MS + 60_500,
        },
        conditions: [],
        driver: { name: 'embedded', version: '0.1.0', script: 'viewer.ts', viewers: 100 },
        targets: marks.map((each) => each.target),
        spared: [{ step: 0, pod: 'us-east-1/shop-6d8f9c-9zzzz', reason: 'not chosen by the seed' }],
        marks,
        effects: [],
        events: [
          { atMs: START_MS, type: 'phase', message: 'the baseline begins' },
          { atMs: START_MS + 15_080, type: 'injected', message: 'kind-a on us-east-1/shop-6d8f9c-1x7kq' },
        ],
        residue: [],
        verdict: heldVerdict,
      },
    },
    load: { buckets: sampleBuckets(), brokenLines: 0, exitCode: 0 },
    versions: { faultflix: '0.1.0', node: 'v26.10.0', kubernetes: 'v1.37.2' },
    machine: { platform: 'linux 6.1 x64', processors: 2, memoryGiB: 23.5 },
    repeat: 'npm start -- --once --scenario scenarios/sample.yaml --seed 20261124 --viewers 100',
    writtenAt: '2026-11-24T08:01:02.000Z',
  };
}

type Status = RunRecord['experiment']['status'];

export const withStatus = (record: RunRecord, change: Partial<Status>): RunRecord => ({
  ...record,
  experiment: { ...record.experiment, status: { ...record.experiment.status, ...change } },
});

export const withVerdict = (record: RunRecord, change: Partial<Verdict>): RunRecord =>
  withStatus(record, { verdict: { ...record.experiment.status.verdict!, ...change } });

export const withoutVerdict = (record: RunRecord, change: Partial<Status> = {}): RunRecord => {
  const { verdict: _, ...status } = record.experiment.status;
  return { ...record, experiment: { ...record.experiment, status: { ...status, ...change } } };
};
