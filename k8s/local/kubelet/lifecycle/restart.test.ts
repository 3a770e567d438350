import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Container, Pod } from '../types.ts';
import { backoffAfterRestart, nextStartMs, pullBackoffMs, restarts } from './restart.ts';
import type { ContainerRuntime, Exit } from './runtime.ts';

const exitAt = (finishedAtMs: number, exitCode = 1): Exit => ({
  exitCode,
  reason: '',
  startedAtMs: 0,
  finishedAtMs,
  attempt: 0,
});
const withBackoff = (backoff?: ContainerRuntime['backoff']): ContainerRuntime => ({
  state: { at: 'waiting', reason: '' },
  restarts: 0,
  ...(backoff ? { backoff } : {}),
});

it('delays restarts by 0, 10, 20, 40, 80, 160, 300, 300 s', () => {
  let nowMs = 1_000;
  let backoff: ContainerRuntime['backoff'];
  const delays: number[] = [];
  for (let restart = 0; restart < 8; restart++) {
    const startMs = nextStartMs(withBackoff(backoff), exitAt(nowMs));
    delays.push((startMs - nowMs) / 1_000);
    nowMs = startMs;
    backoff = backoffAfterRestart(withBackoff(backoff), nowMs);
  }
  assert.deepEqual(delays, [0, 10, 20, 40, 80, 160, 300, 300]);
});

it('forgets the back-off of a container that ran for more than ten minutes', () => {
  const backoff = { delayMs: 300_000, startedAtMs: 0 };
  assert.equal(nextStartMs(withBackoff(backoff), exitAt(600_000)), 900_000);
  assert.equal(nextStartMs(withBackoff(backoff), exitAt(600_001)), 600_001);
  assert.equal(backoffAfterRestart(withBackoff(backoff), 600_001).delayMs, 10_000);
});

it('asks for an image after 10, 20, 40 s, at most every five minutes', () => {
  assert.deepEqual([1, 2, 3, 6, 50].map(pullBackoffMs), [10_000, 20_000, 40_000, 300_000, 300_000]);
});

it('restarts by the policy of the pod, of the container, and by its rules', () => {
  const ask = (podPolicy: string, spec: object, exitCode: number, kind: 'init' | 'sidecar' | 'main' = 'main') =>
    restarts({
      pod: { spec: { restartPolicy: podPolicy } } as Pod,
      kind,
      spec: spec as Container,
      exit: exitAt(0, exitCode),
    });
  const rule = (operator: string) => ({
    restartPolicyRules: [{ action: 'Restart', exitCodes: { operator, values: [42] } }],
  });
  assert.equal(ask('Always', {}, 0), true);
  assert.equal(ask('OnFailure', {}, 0), false);
  assert.equal(ask('OnFailure', {}, 1), true);
  assert.equal(ask('Never', {}, 1), false);
  assert.equal(ask('Never', { restartPolicy: 'OnFailure' }, 1), true);
  assert.equal(ask('Never', rule('In'), 42), true);
  assert.equal(ask('Never', rule('In'), 41), false);
  assert.equal(ask('Never', rule('NotIn'), 41), true);
  assert.equal(ask('Always', {}, 0, 'init'), false);
  assert.equal(ask('Never', {}, 1, 'init'), false);
  assert.equal(ask('Never', {}, 0, 'sidecar'), true);
});
