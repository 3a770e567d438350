import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Pod } from '../types.ts';
import { type ContainerRuntime, newRuntime, type PodRuntime } from './runtime.ts';
import { phaseOf, statusOf } from './status.ts';
import { noteConditions } from './transitions.ts';

const NOW = Date.parse('2026-01-02T03:04:05.678Z');
const podOf = (spec: object = {}, more: object = {}): Pod =>
  ({
    metadata: { name: 'p', namespace: 'n', uid: 'u', resourceVersion: '1' },
    spec: { restartPolicy: 'Always', containers: [{ name: 'm', image: 'busybox' }], ...spec },
    ...more,
  }) as Pod;
const up: ContainerRuntime = {
  state: { at: 'running', pid: 1, startedAtMs: NOW, started: true, hooked: true, ready: true },
  restarts: 0,
};
const down = (exitCode: number, more: Partial<ContainerRuntime> = {}): ContainerRuntime => ({
  state: { at: 'exited', exit: { exitCode, reason: 'Error', startedAtMs: NOW - 1_000, finishedAtMs: NOW, attempt: 0 } },
  restarts: 0,
  ...more,
});
const wait: ContainerRuntime = { state: { at: 'waiting', reason: 'ContainerCreating' }, restarts: 0 };

const runtimeOf = (
  pod: Pod,
  containers: Record<string, ContainerRuntime>,
  more: Partial<PodRuntime> = {},
): PodRuntime => ({
  ...newRuntime(pod, { ip: '10.1.1.1', nowMs: NOW }),
  prepared: true,
  initialized: true,
  ...more,
  containers,
});

describe('phaseOf', () => {
  const two = { containers: [{ name: 'm' }, { name: 'n' }] };
  const sidecar = { initContainers: [{ name: 's', restartPolicy: 'Always' }], restartPolicy: 'Never' };
  const never = { restartPolicy: 'Never' };
  const rows: [string, Pod, Record<string, ContainerRuntime>, Partial<PodRuntime>, string][] = [
    ['nothing yet', podOf(), { m: wait }, {}, 'Pending'],
    ['one of two', podOf(two), { m: up, n: wait }, {}, 'Pending'],
    ['running', podOf(), { m: up }, {}, 'Running'],
    ['to be restarted', podOf(), { m: down(1) }, {}, 'Running'],
    [
      'waits after an exit',
      podOf(),
      { m: { ...wait, lastExit: { exitCode: 1, reason: '', startedAtMs: 0, finishedAtMs: 0, attempt: 0 } } },
      {},
      'Running',
    ],
    ['ended well', podOf(never), { m: down(0) }, {}, 'Succeeded'],
    ['one of two ended well', podOf({ ...two, ...never }), { m: down(0), n: up }, {}, 'Running'],
    ['one of two failed', podOf({ ...two, ...never }), { m: down(0), n: down(2) }, {}, 'Failed'],
    ['its sidecar still runs', podOf(sidecar), { s: up, m: down(0) }, {}, 'Running'],
    ['its sidecar was killed', podOf(sidecar), { s: down(137), m: down(0) }, {}, 'Succeeded'],
    ['init runs', podOf({ initContainers: [{ name: 'i' }] }), { i: up, m: wait }, { initialized: false }, 'Pending'],
    [
      'init failed',
      podOf({ initContainers: [{ name: 'i' }], ...never }),
      { i: down(1), m: wait },
      { initialized: false },
      'Failed',
    ],
    [
      'evicted, still ending',
      podOf(),
      { m: up },
      { failure: { reason: 'Evicted', message: '', atMs: NOW } },
      'Running',
    ],
    ['evicted', podOf(), { m: down(143) }, { failure: { reason: 'Evicted', message: '', atMs: NOW } }, 'Failed'],
  ];
  for (const [when, pod, containers, more, phase] of rows) {
    it(`${when}: ${phase}`, () => assert.equal(phaseOf(pod, runtimeOf(pod, containers, more)), phase));
  }

  it('deleted: what would restart does not any more', () => {
    const pod = podOf();
    const gone = { ...pod, metadata: { ...pod.metadata, deletionTimestamp: 'now' } };
    assert.equal(phaseOf(gone, runtimeOf(gone, { m: down(0) })), 'Succeeded');
    assert.equal(phaseOf(gone, runtimeOf(gone, { m: down(143) })), 'Failed');
  });
});

describe('statusOf', () => {
  const status = (pod: Pod, runtime: PodRuntime) => statusOf({ pod, runtime, hostIp: '10.1.255.1', nowMs: NOW });

  it('is the same for the same input, so that it is not sent twice', () => {
    const pod = podOf();
    assert.deepEqual(status(pod, runtimeOf(pod, { m: up })), status(pod, runtimeOf(pod, { m: up })));
  });

  it('tells of a crash loop only while it waits', () => {
    const pod = podOf();
    const looping = down(1, { restarts: 1, backoff: { delayMs: 20_000, startedAtMs: NOW - 1_000 } });
    const [waiting] = status(pod, runtimeOf(pod, { m: looping })).containerStatuses;
    assert.equal(waiting!.state.waiting?.reason, 'CrashLoopBackOff');
    assert.match(waiting!.state.waiting?.message ?? '', /^back-off 20s restarting failed container=m pod=p_n\(u\)$/);
    assert.equal(waiting!.lastState.terminated?.exitCode, 1);
    const later = statusOf({ pod, runtime: runtimeOf(pod, { m: looping }), hostIp: '', nowMs: NOW + 20_000 });
    assert.equal(later.containerStatuses[0]!.state.terminated?.exitCode, 1);
  });

  it('a container that is up but has not started is not ready', () => {
    const pod = podOf();
    const starting: ContainerRuntime = {
      ...up,
      state: { ...up.state, started: false, ready: true } as ContainerRuntime['state'],
    };
    assert.equal(status(pod, runtimeOf(pod, { m: starting })).containerStatuses[0]!.ready, false);
  });

  it('keeps the time of a condition while its status stays, though the API lags behind', () => {
    const pod = podOf();
    const before = runtimeOf(pod, { m: up });
    const first = status(pod, before);
    const noted = noteConditions(before, first.conditions, NOW);
    const later = statusOf({ pod, runtime: noted, hostIp: '', nowMs: NOW + 60_000 });
    assert.deepEqual(later.conditions, first.conditions);
    assert.equal(noteConditions(noted, later.conditions, NOW + 60_000), noted);
    const unready = statusOf({
      pod,
      runtime: { ...noted, containers: { m: down(1) } },
      hostIp: '',
      nowMs: NOW + 60_000,
    });
    const ready = unready.conditions.find(({ type }) => type === 'Ready')!;
    assert.deepEqual([ready.status, ready.lastTransitionTime], ['False', '2026-01-02T03:05:05Z']);
  });

  it('an open readiness gate keeps a pod from being ready', () => {
    const gates = { readinessGates: [{ conditionType: 'x' }] };
    const reason = (pod: Pod) =>
      status(pod, runtimeOf(pod, { m: up })).conditions.find(({ type }) => type === 'Ready')!;
    assert.match(reason(podOf(gates)).message ?? '', /does not exist/);
    assert.match(
      reason(podOf(gates, { status: { conditions: [{ type: 'x', status: 'False' }] } })).message ?? '',
      /not "True"/,
    );
    assert.equal(reason(podOf(gates, { status: { conditions: [{ type: 'x', status: 'True' }] } })).status, 'True');
  });
});
