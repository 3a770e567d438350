/** Material of the engine's tests: a run in which everything went well, to be spoilt one thing at a time. */
import type { Snapshot, Target } from '../../world/target.ts';
import type { ExperimentSpec } from '../experiment.ts';
import type { ExperimentStatus, MarkRecord } from '../journal.ts';
import type { Bucket } from '../load-stream.ts';
import type { Evidence } from '../verdict.ts';

export const T0 = 1_800_000_000_000;

export function bucket(atMs: number, change: Partial<Bucket> = {}): Bucket {
  return {
    type: 'bucket',
    atMs,
    spanMs: 100,
    requests: { segment: { ok: 20, failed: 0 } },
    errors: {},
    retried: {},
    latencyMs: {},
    starts: { ok: 1, failed: 0 },
    startupDelayMs: [[400, 1]],
    playingMs: 9_000,
    rebufferMs: 0,
    viewers: 100,
    lagMs: 2,
    ...change,
  };
}

/** Buckets of `[fromMs, toMs)`, as `change` makes them. */
export function buckets(
  fromMs: number,
  toMs: number,
  change: (atMs: number) => Partial<Bucket> = () => ({}),
): Bucket[] {
  const count = Math.round((toMs - fromMs) / 100);
  return Array.from({ length: count }, (_, i) => bucket(fromMs + i * 100, change(fromMs + i * 100)));
}

export const target = (change: Partial<Target> = {}): Target => ({
  namespace: 'us-east-1',
  name: 'playback-1',
  uid: 'uid-1',
  service: 'playback',
  region: 'us-east-1',
  node: 'us-east-1a-1',
  ip: '10.0.0.1',
  ...change,
});

export const snapshot = (change: Partial<Snapshot> = {}): Snapshot => ({
  atMs: T0,
  exists: true,
  dying: false,
  ready: true,
  resourceVersion: '1',
  labels: {},
  listeners: ['grpc-from-us-east-1'],
  toxics: [],
  roundTripsMs: {},
  readyPods: 2,
  ...change,
});

export const INJECT_MS = T0 + 20_000;
export const END_MS = T0 + 50_000;

export const mark = (change: Partial<MarkRecord> = {}): MarkRecord => ({
  id: '0.0',
  step: 0,
  fault: 'pod-kill',
  target: target(),
  mark: {},
  state: 'recovered',
  dueMs: INJECT_MS,
  expiresAtMs: INJECT_MS + 15_000,
  before: snapshot(),
  journalledMs: INJECT_MS,
  injectedMs: INJECT_MS,
  recoveredMs: INJECT_MS + 100,
  readyAgainMs: INJECT_MS + 1_500,
  cleanMs: INJECT_MS + 2_000,
  ...change,
});

export const spec: ExperimentSpec = {
  title: 'A kill',
  seed: 7,
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
  method: [{ at: '0s', fault: 'pod-kill', with: { grace: '0s' }, target: { service: 'playback' } }],
  abort: [],
  blastRadius: { maxRatioOfService: 0.5, maxPods: 5 },
};

export const status: ExperimentStatus = {
  phase: 'Verdict',
  run: '01234567',
  seed: 7,
  phaseAtMs: { Inject: INJECT_MS, Recover: INJECT_MS + 20_000 },
  conditions: [],
  targets: [target()],
  spared: [],
  marks: [mark()],
  effects: [{ mark: '0.0', atMs: INJECT_MS + 80, potent: true, summary: 'gone', figures: { goneMs: 20 } }],
  events: [],
  residue: [],
  recovery: { atMs: END_MS, well: true, missing: [] },
};

export const audit = {
  verdict: 'ok',
  lost: 0,
  acknowledged: 90,
  continued: 80,
  undecided: 10,
  why: '',
  examples: [],
} as const;

export const evidence: Evidence = {
  spec,
  status,
  load: { started: true, buckets: buckets(T0, END_MS + 1_000), broken: 0 },
  baseline: { fromMs: T0 + 5_000, toMs: T0 + 20_000 },
  fault: { fromMs: INJECT_MS, toMs: END_MS },
  audit,
};
