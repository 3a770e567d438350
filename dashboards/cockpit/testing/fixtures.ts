/** Runs and pods in every state that the cockpit knows, for its tests: as the API server would give them. */
import type { ExperimentSpec } from '#chaos/engine/experiment.ts';
import type {
  EffectRecord,
  ExpectationRecord,
  ExperimentStatus,
  LiveRecord,
  MarkRecord,
  Outcome,
  PotencyRecord,
  TimelinePoint,
  Verdict,
} from '#chaos/engine/journal.ts';
import type { Target } from '#chaos/world/target.ts';
import type { ExperimentObject, PodObject } from '../feed/views.ts';

const S = 1_000;

export const spec: ExperimentSpec = {
  title: 'One playback pod of each region dies while a catalog pod is slow',
  teaches: 'Callers leave a dead pod at the first refused connection.',
  guard: 'outlier-ejection',
  seed: 20261124,
  load: { script: 'viewer.ts', viewers: 100, rampUp: '5s' },
  baseline: '15s',
  recovery: '30s',
  steadyState: [
    { measure: 'viewer-errors', max: 0.001 },
    { measure: 'startup-delay', quantile: 0.95, maxMs: 2_000 },
    { measure: 'rebuffer-ratio', max: 0.01 },
    { measure: 'stream-starts', min: 0.5 },
    { measure: 'acknowledged-plays', max: 0 },
  ],
  method: [
    {
      at: '0s',
      fault: 'pod-kill',
      with: {},
      target: { service: 'playback', regions: ['us-east-1', 'us-west-2'], count: 1, per: 'region' },
    },
    {
      at: '0s',
      duration: '20s',
      fault: 'latency',
      with: { latency: '300ms' },
      target: { service: 'catalog', count: 1 },
    },
  ],
  abort: [{ measure: 'viewer-errors', max: 0.5, for: '3s' }],
  blastRadius: { maxRatioOfService: 0.5, maxPods: 5 },
};

const target = (service: string, region: string, n: string): Target => ({
  namespace: region,
  name: `${service}-7c9d6b5f4-${n}`,
  uid: `uid-${service}-${region}-${n}`,
  service,
  region,
  node: `${region}a-1`,
  ip: '10.0.1.7',
});

type Stage = 'planned' | 'journalled' | 'injected' | 'recovered' | 'clean';

/** The marks of `spec`, `t0` being the begin of the inject phase. */
function marks(t0: number, stage: Stage): readonly MarkRecord[] {
  const begun = stage !== 'planned';
  const over = stage === 'recovered' || stage === 'clean';
  const state = stage === 'clean' ? 'recovered' : stage;
  const kill = (id: string, region: string): MarkRecord => ({
    id,
    step: 0,
    fault: 'pod-kill',
    target: target('playback', region, id === '0.0' ? 'x2lqd' : 'm8wzt'),
    mark: {},
    state,
    dueMs: t0,
    expiresAtMs: t0 + 60 * S,
    ...(begun ? { journalledMs: t0 + 20 } : {}),
    ...(begun && stage !== 'journalled' ? { injectedMs: t0 + 60 } : {}),
    ...(over ? { recoveredMs: t0 + 21 * S, readyAgainMs: t0 + 1_900 } : {}),
    ...(stage === 'clean' ? { cleanMs: t0 + 22 * S } : {}),
  });
  return [
    kill('0.0', 'us-east-1'),
    kill('0.1', 'us-west-2'),
    {
      id: '1.0',
      step: 1,
      fault: 'latency',
      target: target('catalog', 'us-east-1', 'q5rkp'),
      mark: { latencyMs: 300 },
      state,
      dueMs: t0,
      untilMs: t0 + 20 * S,
      expiresAtMs: t0 + 50 * S,
      ...(begun ? { journalledMs: t0 + 30 } : {}),
      ...(begun && stage !== 'journalled' ? { injectedMs: t0 + 90 } : {}),
      ...(over ? { recoveredMs: t0 + 20 * S } : {}),
      ...(stage === 'clean' ? { cleanMs: t0 + 22 * S } : {}),
    },
  ];
}

const effects = (t0: number): readonly EffectRecord[] => [
  { mark: '0.0', atMs: t0 + 150, potent: true, summary: 'the pod is gone, its process ended', figures: { goneMs: 84 } },
  { mark: '0.1', atMs: t0 + 160, potent: true, summary: 'the pod is gone, its process ended', figures: { goneMs: 91 } },
  {
    mark: '1.0',
    atMs: t0 + 900,
    potent: true,
    summary: '+301 ms on fresh connections, +302 ms on those held, at 8 listeners',
    figures: { plannedMs: 300, beforeMs: 2, addedFreshMs: 301, addedHeldMs: 302 },
  },
];

export const live = (atMs: number, change: Partial<LiveRecord> = {}): LiveRecord => ({
  atMs,
  viewers: 100,
  sps: 4.2,
  errorRatio: 0,
  requests: 212,
  startupP95Ms: 640,
  rebufferRatio: 0.0012,
  ...change,
});

const common = (startedMs: number): ExperimentStatus => ({
  phase: 'Pending',
  run: '1a2b3c4d',
  seed: 20261124,
  holder: { identity: 'controller-6d5f7c9b8-k2x4p', term: 1 },
  startedAt: new Date(startedMs).toISOString(),
  phaseAtMs: { Pending: startedMs },
  conditions: [],
  targets: [],
  spared: [],
  marks: [],
  effects: [],
  events: [{ atMs: startedMs, type: 'admitted', message: 'targets: 3 pods of 8' }],
  residue: [],
});

const driver = (startedMs: number) => ({
  name: 'embedded' as const,
  version: '0.1.0',
  script: 'viewer.ts',
  startedAtMs: startedMs,
  viewers: 100,
});

export function baselineStatus(nowMs: number): ExperimentStatus {
  const startedMs = nowMs - 6 * S;
  return {
    ...common(startedMs),
    phase: 'Baseline',
    phaseAtMs: { Pending: startedMs - 200, Baseline: startedMs },
    driver: driver(startedMs),
    live: live(nowMs - 300, { viewers: 84, sps: 9.1 }),
  };
}

export function injectStatus(nowMs: number, stage: 'journalled' | 'injected' = 'injected'): ExperimentStatus {
  const t0 = nowMs - 8 * S;
  return {
    ...common(t0 - 15 * S),
    phase: 'Inject',
    phaseAtMs: { Pending: t0 - 16 * S, Baseline: t0 - 15 * S, Inject: t0 },
    driver: driver(t0 - 15 * S),
    marks: marks(t0, stage),
    effects: stage === 'injected' ? effects(t0) : [],
    events: [
      ...common(t0 - 15 * S).events,
      { atMs: t0, type: 'injected', message: 'pod-kill on playback-7c9d6b5f4-x2lqd' },
      { atMs: t0 + 10, type: 'injected', message: 'pod-kill on playback-7c9d6b5f4-m8wzt' },
      { atMs: t0 + 90, type: 'injected', message: 'latency on catalog-7c9d6b5f4-q5rkp' },
    ],
    live: live(nowMs - 400, { errorRatio: 0.004, startupP95Ms: 1_180, rebufferRatio: 0.006 }),
  };
}

const expectation = (
  index: number,
  window: 'baseline' | 'fault',
  [measure, expected, limit, unit]: readonly [string, string, number, string],
  [value, result, reason]: readonly [number | undefined, ExpectationRecord['result'], string?],
): ExpectationRecord => ({
  index,
  window,
  measure,
  expected,
  limit,
  unit,
  samples: 9_120,
  needed: 1_000,
  result,
  ...(value === undefined ? {} : { value }),
  ...(reason ? { reason } : {}),
});

const measures = [
  ['viewer-errors', 'viewer-errors ≤ 0.001', 0.001, 'ratio'],
  ['startup-delay', 'startup-delay p95 ≤ 2000 ms', 2_000, 'ms'],
  ['rebuffer-ratio', 'rebuffer-ratio ≤ 0.01', 0.01, 'ratio'],
  ['stream-starts', 'stream-starts ≥ 0.5', 0.5, 'ratio'],
  ['acknowledged-plays', 'acknowledged-plays ≤ 0', 0, 'plays'],
] as const;

function expectations(fault: readonly (readonly [number | undefined, ExpectationRecord['result'], string?])[]) {
  const before = [0, 610, 0.0004, 1] as const;
  return measures.flatMap((measure, index) => [
    ...(before[index] === undefined ? [] : [expectation(index, 'baseline', measure, [before[index], 'held'])]),
    expectation(index, 'fault', measure, fault[index]!),
  ]);
}

const heldValues = [
  [0.0002, 'held'],
  [1_240, 'held'],
  [0.0061, 'held'],
  [0.97, 'held'],
  [0, 'held'],
] as const;

function potency(t0: number, change: Partial<PotencyRecord> = {}): readonly PotencyRecord[] {
  return marks(t0, 'clean').map(({ id, fault, target: { name, namespace } }, index) => ({
    mark: id,
    fault,
    pod: name,
    namespace,
    potent: true,
    summary: effects(t0)[index]!.summary,
    figures: effects(t0)[index]!.figures,
    measurements: 4,
    residue: 'none' as const,
    ...(fault === 'pod-kill' ? { readyAgainAfterMs: 1_840 } : {}),
    ...(index === 2 ? change : {}),
  }));
}

function timeline(fromMs: number, outcome: Outcome): readonly TimelinePoint[] {
  return Array.from({ length: 46 }, (_, second) => {
    const under = second >= 15 && second < 35;
    const bad = under && outcome === 'deviated';
    return {
      atMs: fromMs + second * S,
      spanMs: S,
      viewers: Math.min(100, second * 20),
      ok: 210,
      failed: bad ? 18 + (second % 5) : under && second < 17 ? 1 : 0,
      starts: second < 5 ? 18 : 4 + (second % 3),
      failedStarts: bad ? 2 : 0,
      startupP95Ms: under ? 1_100 + 40 * (second % 4) : 600 + 20 * (second % 3),
      playingMs: 98_000,
      rebufferMs: bad ? 4_200 : under ? 560 : 40,
      lagMs: 3,
    };
  });
}

type CompleteOutcome = Exclude<Outcome, 'bad-input'>;

const verdicts: Readonly<Record<CompleteOutcome, (t0: number) => Partial<Verdict>>> = {
  held: () => ({
    exitCode: 0,
    reasons: ['3 faults had their measured effect and every expectation held'],
    expectations: expectations(heldValues),
    recoveryTimeMs: 20_400,
    lostPlays: 0,
  }),
  deviated: () => ({
    exitCode: 1,
    reasons: [
      'viewer-errors was 8.4 %, expected at most 0.1 %',
      'rebuffer-ratio was 4.1 %, expected at most 1 %',
      'not well again within 30s: playback in us-east-1 has 1 of 2 pods ready',
    ],
    expectations: expectations([
      [0.084, 'deviated', 'was 8.4 %, expected at most 0.1 %'],
      [1_240, 'held'],
      [0.041, 'deviated', 'was 4.1 %, expected at most 1 %'],
      [0.71, 'held'],
      [0, 'held'],
    ]),
    timeToDetectMs: 1_300,
    lostPlays: 0,
  }),
  inconclusive: (t0) => ({
    exitCode: 5,
    reasons: [
      'latency on catalog-7c9d6b5f4-q5rkp had no measured effect: 8 of 8 listeners lack it',
      'startup-delay: no stream started under the fault',
    ],
    expectations: expectations([
      heldValues[0],
      [undefined, 'inconclusive', 'no stream started'],
      ...heldValues.slice(2),
    ]),
    potency: potency(t0, { potent: false, summary: '8 of 8 listeners lack it: took 2.1 ms before, now 2.3 ms' }),
  }),
  aborted: () => ({
    exitCode: 4,
    reasons: ['asked by the operator: Ctrl-C'],
    expectations: [],
  }),
  residue: (t0) => ({
    exitCode: 6,
    reasons: ['catalog-7c9d6b5f4-q5rkp: toxics was none, is ff.1a2b3c4d.1.1795514400000.downstream'],
    expectations: expectations(heldValues),
    potency: potency(t0, { residue: 'found' }),
    recoveryTimeMs: 20_400,
    lostPlays: 0,
  }),
};

export function completeStatus(nowMs: number, outcome: CompleteOutcome): ExperimentStatus {
  const completedMs = nowMs - 90 * S;
  const t0 = completedMs - 32 * S;
  const cut = outcome === 'aborted';
  const done = marks(t0, 'clean');
  return {
    ...common(t0 - 15 * S),
    phase: 'Complete',
    phaseAtMs: {
      Pending: t0 - 16 * S,
      Baseline: t0 - 15 * S,
      Inject: t0,
      Recover: t0 + 20 * S,
      Verdict: t0 + 31 * S,
      Complete: completedMs,
    },
    completedAt: new Date(completedMs).toISOString(),
    driver: driver(t0 - 15 * S),
    // What left something was not measured clean.
    marks: outcome === 'residue' ? done.map((mark) => (mark.id === '1.0' ? unclean(mark) : mark)) : done,
    effects: effects(t0),
    events: [
      ...injectStatus(t0 + 8 * S).events,
      { atMs: t0 + 20 * S, type: 'recovered', message: 'latency on catalog-7c9d6b5f4-q5rkp' },
      { atMs: completedMs, type: 'complete', message: outcome },
    ],
    residue:
      outcome === 'residue'
        ? [
            {
              mark: '1.0',
              pod: 'catalog-7c9d6b5f4-q5rkp',
              what: 'toxics',
              before: 'none',
              after: 'ff.1a2b3c4d.1.1795514400000.downstream',
            },
          ]
        : [],
    ...(cut ? { abort: { atMs: t0 + 9 * S, kind: 'operator' as const, reason: 'asked by the operator: Ctrl-C' } } : {}),
    live: live(completedMs - 2 * S),
    timeline: timeline(t0 - 15 * S, outcome),
    verdict: { outcome, potency: potency(t0), seed: 20261124, ...verdicts[outcome](t0) } as Verdict,
  };
}

function unclean({ cleanMs: _, ...mark }: MarkRecord): MarkRecord {
  return mark;
}

export function experiment(name: string, createdMs: number, status?: ExperimentStatus): ExperimentObject {
  return {
    apiVersion: 'faultflix.dev/v1alpha1',
    kind: 'Experiment',
    metadata: {
      name,
      namespace: 'chaos',
      uid: `uid-${name}`,
      resourceVersion: '1',
      creationTimestamp: new Date(createdMs).toISOString(),
    },
    spec,
    ...(status ? { status } : {}),
  };
}

export interface PodTraits {
  readonly service: string;
  readonly region: string;
  readonly n: string;
  readonly createdMs: number;
  readonly ready?: boolean;
  readonly restarts?: number;
  readonly waiting?: string;
  readonly deleting?: boolean;
}

export function pod(traits: PodTraits): PodObject {
  const { service, region, n, createdMs, ready = true, restarts = 0, waiting, deleting = false } = traits;
  return {
    metadata: {
      name: `${service}-7c9d6b5f4-${n}`,
      namespace: region,
      uid: `uid-${service}-${region}-${n}`,
      resourceVersion: '1',
      creationTimestamp: new Date(createdMs).toISOString(),
      ...(deleting ? { deletionTimestamp: new Date(createdMs).toISOString() } : {}),
      labels: {
        'app.kubernetes.io/part-of': 'faultflix',
        'app.kubernetes.io/name': service,
        ...(region === 'chaos' ? {} : { 'faultflix.dev/region': region }),
      },
    },
    spec: { nodeName: region.startsWith('us-') ? `${region}a-1` : 'ap-south-1a-1' },
    status: {
      phase: ready || waiting ? 'Running' : 'Pending',
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
      containerStatuses: [{ restartCount: restarts, state: waiting ? { waiting: { reason: waiting } } : {} }],
    },
  };
}

/** The whole platform of the first slice; one pod starts, one is in back-off, one ends. */
export function platform(nowMs: number): readonly PodObject[] {
  const createdMs = nowMs - 12 * 60 * S;
  const pods = ['us-east-1', 'us-west-2'].flatMap((region) =>
    ['catalog', 'edge', 'gateway', 'playback'].flatMap((service) =>
      ['q5rkp', 'x2lqd'].map((n) => pod({ service, region, n, createdMs })),
    ),
  );
  const trouble = [
    pod({ service: 'playback', region: 'us-east-1', n: 'new7f', createdMs: nowMs - 1_200, ready: false }),
    pod({
      service: 'catalog',
      region: 'us-west-2',
      n: 'bad9z',
      createdMs,
      ready: false,
      restarts: 4,
      waiting: 'CrashLoopBackOff',
    }),
    pod({ service: 'edge', region: 'us-west-2', n: 'old2m', createdMs, deleting: true }),
  ];
  const global = ['a1b2c', 'd3e4f'].map((n) => pod({ service: 'router', region: 'global', n, createdMs }));
  const chaos = [
    ...['k2x4p', 'w9v8u'].map((n) => pod({ service: 'controller', region: 'chaos', n, createdMs })),
    ...['n1', 'n2', 'n3', 'n4', 'n5', 'n6'].map((n) => pod({ service: 'warden', region: 'chaos', n, createdMs })),
  ];
  return [...pods, ...trouble, ...global, ...chaos];
}
