import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Pod } from '../types.ts';
import { type Action, decide } from './decide.ts';
import { type ContainerRuntime, type Exit, newRuntime, type PodRuntime, type Stopping } from './runtime.ts';

/** A pod in a word: `i` init containers, `s` sidecars, `m` main ones, in the order of their starting. */
interface Plan {
  readonly init?: readonly string[];
  readonly main?: readonly string[];
  readonly spec?: object;
  readonly metadata?: object;
}

const NOW = 1_000_000;
const container = (name: string) => ({
  name,
  image: 'busybox',
  ...(name.startsWith('s') ? { restartPolicy: 'Always' } : {}),
});
const podOf = ({ init = [], main = ['m'], spec = {}, metadata = {} }: Plan): Pod =>
  ({
    metadata: { name: 'p', namespace: 'n', uid: 'u', resourceVersion: '1', ...metadata },
    spec: { restartPolicy: 'Always', initContainers: init.map(container), containers: main.map(container), ...spec },
  }) as Pod;

const up = (more: object = {}): ContainerRuntime => ({
  state: { at: 'running', pid: 9, startedAtMs: 0, started: true, hooked: true, ready: true, ...more },
  restarts: 0,
});
const down = (exitCode: number, more: Partial<ContainerRuntime> = {}, finishedAtMs = NOW): ContainerRuntime => {
  const exit: Exit = { exitCode, reason: '', startedAtMs: 0, finishedAtMs, attempt: 0 };
  return { state: { at: 'exited', exit }, restarts: 0, ...more };
};
const waiting = (more: object = {}): ContainerRuntime => ({
  state: { at: 'waiting', reason: 'ContainerCreating', ...more },
  restarts: 0,
});
const stopping = (deadlineMs: number, step: Stopping['step'] = 'signalled') => ({
  stopping: { reason: 'Completed', deadlineMs, step },
});

interface Row {
  readonly when: string;
  readonly plan?: Plan;
  readonly containers?: Readonly<Record<string, ContainerRuntime>>;
  readonly runtime?: Partial<PodRuntime>;
  readonly images?: readonly string[];
  readonly does: readonly string[];
  readonly wakeInMs?: number;
}

const deleted = (deletionGracePeriodSeconds: number) => ({ deletionTimestamp: 'now', deletionGracePeriodSeconds });
const ending = { endingSinceMs: NOW };

const rows: readonly Row[] = [
  { when: 'new', runtime: { prepared: false }, does: ['prepare'] },
  {
    when: 'preparation failed a moment ago',
    runtime: { prepared: false, trouble: { reason: 'FailedMount', message: '', retryAtMs: NOW + 500, fails: 1 } },
    does: [],
    wakeInMs: 500,
  },
  { when: 'prepared', does: ['start m'] },
  { when: 'two main containers', plan: { main: ['m', 'n'] }, does: ['start m', 'start n'] },
  { when: 'running', containers: { m: up() }, does: [] },

  { when: 'init first', plan: { init: ['i', 'j'] }, runtime: { initialized: false }, does: ['start i'] },
  { when: 'init runs', plan: { init: ['i', 'j'] }, containers: { i: up() }, runtime: { initialized: false }, does: [] },
  {
    when: 'next init',
    plan: { init: ['i', 'j'] },
    containers: { i: down(0) },
    runtime: { initialized: false },
    does: ['start j'],
  },
  {
    when: 'all init done',
    plan: { init: ['i'] },
    containers: { i: down(0) },
    runtime: { initialized: false },
    does: ['initialized'],
  },
  {
    when: 'init failed: at once',
    plan: { init: ['i'] },
    containers: { i: down(1) },
    runtime: { initialized: false },
    does: ['start i'],
  },
  {
    when: 'init failed again: waits',
    plan: { init: ['i'] },
    containers: { i: down(1, { backoff: { delayMs: 10_000, startedAtMs: NOW - 1 } }) },
    runtime: { initialized: false },
    does: [],
    wakeInMs: 10_000,
  },
  {
    when: 'init failed and nothing restarts: its sidecar is stopped',
    plan: { init: ['s', 'i'], spec: { restartPolicy: 'Never' } },
    containers: { s: up(), i: down(1) },
    runtime: { initialized: false },
    does: ['stop s signalled +30000'],
  },

  {
    when: 'sidecar not started yet',
    plan: { init: ['s', 'i'] },
    containers: { s: up({ started: false }) },
    runtime: { initialized: false },
    does: [],
  },
  {
    when: 'sidecar started',
    plan: { init: ['s', 'i'] },
    containers: { s: up() },
    runtime: { initialized: false },
    does: ['start i'],
  },
  {
    when: 'sidecar ended while the pod runs',
    plan: { init: ['s'] },
    containers: { s: down(0), m: up() },
    does: ['start s'],
  },
  {
    when: 'all main done: the last sidecar first',
    plan: { init: ['s', 's2'], spec: { restartPolicy: 'Never' } },
    containers: { s: up(), s2: up(), m: down(0) },
    does: ['stop s2 signalled +30000'],
  },
  {
    when: 'then the one before it',
    plan: { init: ['s', 's2'], spec: { restartPolicy: 'Never' } },
    containers: { s: up(), s2: down(143), m: down(0) },
    does: ['stop s signalled +30000'],
  },

  { when: 'Always, ended well', containers: { m: down(0) }, does: ['start m'] },
  {
    when: 'OnFailure, ended well',
    plan: { spec: { restartPolicy: 'OnFailure' } },
    containers: { m: down(0) },
    does: [],
  },
  {
    when: 'OnFailure, failed',
    plan: { spec: { restartPolicy: 'OnFailure' } },
    containers: { m: down(1) },
    does: ['start m'],
  },
  { when: 'Never, failed', plan: { spec: { restartPolicy: 'Never' } }, containers: { m: down(1) }, does: [] },
  {
    when: 'in back-off',
    containers: { m: down(1, { backoff: { delayMs: 20_000, startedAtMs: NOW - 5_000 } }, NOW - 4_000) },
    does: [],
    wakeInMs: 16_000,
  },
  {
    when: 'back-off over',
    containers: { m: down(1, { backoff: { delayMs: 20_000, startedAtMs: NOW - 50_000 } }, NOW - 20_000) },
    does: ['start m'],
  },
  {
    when: 'ran for more than ten minutes since its last restart: back-off forgotten',
    containers: { m: down(1, { backoff: { delayMs: 300_000, startedAtMs: NOW - 600_001 } }) },
    does: ['start m'],
  },

  { when: 'unknown image', images: [], does: ['hold m ErrImagePull +10000'] },
  {
    when: 'its error is shown for a second',
    images: [],
    containers: { m: waiting({ reason: 'ErrImagePull', sinceMs: NOW - 400, retryAtMs: NOW + 9_600, fails: 1 }) },
    does: [],
    wakeInMs: 600,
  },
  {
    when: 'then that it waits',
    images: [],
    containers: { m: waiting({ reason: 'ErrImagePull', sinceMs: NOW - 1_000, retryAtMs: NOW + 9_000, fails: 1 }) },
    does: ['hold m ImagePullBackOff +9000'],
  },
  {
    when: 'the third failure waits 40 s',
    images: [],
    containers: { m: waiting({ reason: 'ImagePullBackOff', sinceMs: 0, retryAtMs: NOW, fails: 2 }) },
    does: ['hold m ErrImagePull +40000'],
  },

  {
    when: 'past its deadline',
    plan: { spec: { activeDeadlineSeconds: 5 } },
    containers: { m: up() },
    runtime: { startedAtMs: NOW - 5_000 },
    does: ['fail DeadlineExceeded'],
  },
  {
    when: 'deadline to come',
    plan: { spec: { activeDeadlineSeconds: 5 } },
    containers: { m: up() },
    runtime: { startedAtMs: NOW - 2_000 },
    does: [],
    wakeInMs: 3_000,
  },
  {
    when: 'past its deadline but done',
    plan: { spec: { activeDeadlineSeconds: 5, restartPolicy: 'Never' } },
    containers: { m: down(0) },
    runtime: { startedAtMs: NOW - 9_000 },
    does: [],
  },
  { when: 'a liveness kill is due', containers: { m: up(stopping(NOW)) }, does: ['SIGKILL m'] },
  { when: 'a liveness kill to come', containers: { m: up(stopping(NOW + 700)) }, does: [], wakeInMs: 700 },

  { when: 'deleted', plan: { metadata: deleted(30) }, containers: { m: up() }, does: ['end'] },
  {
    when: 'ending',
    plan: { metadata: deleted(30) },
    containers: { m: up() },
    runtime: ending,
    does: ['stop m signalled +30000'],
    wakeInMs: 30_000,
  },
  {
    when: 'ending by force',
    plan: { metadata: deleted(0) },
    containers: { m: up() },
    runtime: ending,
    does: ['SIGKILL m'],
  },
  {
    when: 'ending by force: sidecars at the same time',
    plan: { init: ['s'], metadata: deleted(0) },
    containers: { s: up(), m: up() },
    runtime: ending,
    does: ['SIGKILL s', 'SIGKILL m'],
  },
  {
    when: 'ending: sidecars wait for the main containers',
    plan: { init: ['s'], metadata: deleted(30) },
    containers: { s: up(), m: up(stopping(NOW + 9_000)) },
    runtime: ending,
    does: [],
    wakeInMs: 9_000,
  },
  {
    when: 'ending: a sidecar has two seconds at least',
    plan: { init: ['s'], metadata: deleted(30) },
    containers: { s: up(), m: down(0) },
    runtime: { endingSinceMs: NOW - 29_500 },
    does: ['stop s signalled +2000'],
  },
  {
    when: 'grace is over',
    plan: { metadata: deleted(5) },
    containers: { m: up(stopping(NOW)) },
    runtime: { endingSinceMs: NOW - 5_000 },
    does: ['SIGKILL m'],
  },
  {
    when: 'a second, shorter deletion does not cut a grace short that has begun',
    plan: { metadata: deleted(1) },
    containers: { m: up(stopping(NOW + 500_000)) },
    runtime: { endingSinceMs: NOW - 5_000 },
    does: [],
    wakeInMs: 500_000,
  },
  {
    when: 'one by force does',
    plan: { metadata: deleted(0) },
    containers: { m: up(stopping(NOW + 500_000)) },
    runtime: { endingSinceMs: NOW - 5_000 },
    does: ['SIGKILL m'],
  },
  {
    when: 'a hook outlasts the grace: SIGTERM and two seconds',
    plan: { metadata: deleted(5) },
    containers: { m: up(stopping(NOW, 'hook')) },
    runtime: { endingSinceMs: NOW - 5_000 },
    does: ['stop m signalled +2000'],
  },
  {
    when: 'which are not cut short again',
    plan: { metadata: deleted(5) },
    containers: {
      m: up({ stopping: { reason: '', deadlineMs: NOW + 1_900, step: 'signalled' } }),
    },
    runtime: { endingSinceMs: NOW - 5_100 },
    does: [],
    wakeInMs: 1_900,
  },
  {
    when: 'killed and not gone yet',
    plan: { metadata: deleted(0) },
    containers: { m: up(stopping(NOW, 'killed')) },
    runtime: ending,
    does: [],
  },
  { when: 'all ended', plan: { metadata: deleted(30) }, containers: { m: down(0) }, runtime: ending, does: ['finish'] },
  {
    when: 'deleted before it began',
    plan: { metadata: deleted(30) },
    runtime: { ...ending, prepared: false },
    does: ['finish'],
  },
  {
    when: 'failed by the kubelet: stopped, but not removed',
    containers: { m: up() },
    runtime: { ...ending, failure: { reason: 'Evicted', message: '', atMs: NOW } },
    does: ['stop m signalled +30000'],
  },
  {
    when: 'failed and ended: stays until it is deleted',
    containers: { m: down(143) },
    runtime: { ...ending, failure: { reason: 'Evicted', message: '', atMs: NOW } },
    does: [],
  },
];

function text(action: Action): string {
  switch (action.do) {
    case 'start':
      return `start ${action.container}`;
    case 'hold':
      return `hold ${action.container} ${action.reason} +${action.retryAtMs - NOW}`;
    case 'stop':
      return `stop ${action.container} ${action.stopping.step} +${action.stopping.deadlineMs - NOW}`;
    case 'signal':
      return `${action.signal} ${action.container}`;
    case 'fail':
      return `fail ${action.reason}`;
    default:
      return action.do;
  }
}

describe('decide', () => {
  for (const { when, plan = {}, containers = {}, runtime = {}, images = ['busybox'], does, wakeInMs } of rows) {
    it(`${when}: ${does.join(', ') || 'nothing'}`, () => {
      const pod = podOf(plan);
      const fresh = newRuntime(pod, { ip: '10.1.1.1', nowMs: NOW });
      const whole = {
        ...fresh,
        prepared: true,
        initialized: true,
        ...runtime,
        containers: { ...fresh.containers, ...containers },
      };
      const decision = decide(pod, whole, { nowMs: NOW, hasImage: (reference) => images.includes(reference) });
      assert.deepEqual(decision.actions.map(text), does);
      if (wakeInMs !== undefined) assert.equal(decision.wakeAtMs - NOW, wakeInMs);
    });
  }

  it('starts the preStop hook before SIGTERM', () => {
    const pod = podOf({ metadata: deleted(30) });
    const hooked = {
      ...pod,
      spec: { ...pod.spec, containers: [{ ...container('m'), lifecycle: { preStop: { sleep: { seconds: 1 } } } }] },
    };
    const fresh = newRuntime(hooked, { ip: '', nowMs: NOW });
    const runtime = { ...fresh, prepared: true, initialized: true, ...ending, containers: { m: up() } };
    const { actions } = decide(hooked, runtime, { nowMs: NOW, hasImage: () => true });
    assert.deepEqual(actions.map(text), ['stop m hook +30000']);
  });
});
