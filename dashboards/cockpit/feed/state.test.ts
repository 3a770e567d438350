import assert from 'node:assert/strict';
import { test } from 'node:test';
import { experiment, injectStatus, live, platform } from '../testing/fixtures.ts';
import { apply, emptyState } from './state.ts';
import { podView, runView } from './views.ts';
import type { FeedState, Message } from './wire.ts';

const nowMs = Date.UTC(2026, 10, 24, 9, 0, 0);
const status = injectStatus(nowMs);
const run = (atMs: number, phase = status.phase) =>
  runView(experiment('first-light', nowMs, { ...status, phase, live: live(atMs) }));
const after = (...messages: readonly Message[]): FeedState => messages.reduce(apply, emptyState('https://x', 0));
const pods = platform(nowMs).map(podView);

test('lists replace, events change one, what is gone is gone with its samples', () => {
  const state = after(
    { type: 'pods', nowMs: 1, pods: pods.slice(0, 3) },
    { type: 'pods', nowMs: 2, pods: pods.slice(2, 4) },
    { type: 'pod', nowMs: 3, pod: { ...pods[2]!, ready: false } },
    { type: 'pod-gone', nowMs: 4, uid: pods[3]!.uid },
    { type: 'run', nowMs: 5, run: run(1) },
    { type: 'run-gone', nowMs: 6, uid: run(1).uid },
  );
  assert.deepEqual(
    Object.values(state.pods).map(({ ready }) => ready),
    [false],
  );
  assert.deepEqual([state.runs, state.samples, state.nowMs], [{}, {}, 6]);
});

test('a figure is a sample once, by its own time; a complete run brings no more', () => {
  const state = after(
    { type: 'run', nowMs: 10, run: run(1) },
    { type: 'run', nowMs: 20, run: run(1) },
    { type: 'run', nowMs: 30, run: run(2) },
    { type: 'runs', nowMs: 40, runs: [run(3)] },
    { type: 'run', nowMs: 50, run: run(4, 'Complete') },
  );
  const samples = state.samples[run(1).uid]!;
  assert.deepEqual(
    samples.map(({ atMs, seenMs }) => [atMs, seenMs]),
    [
      [1, 10],
      [2, 30],
      [3, 40],
    ],
  );
});

test('samples are bounded, the oldest forgotten', () => {
  let state = emptyState('https://x', 0);
  for (let n = 1; n <= 1_300; n++) state = apply(state, { type: 'run', nowMs: n, run: run(n) });
  const samples = state.samples[run(1).uid]!;
  assert.deepEqual([samples.length, samples[0]!.atMs, samples.at(-1)!.atMs], [1_200, 101, 1_300]);
});

test('a whole state replaces everything: a page that was cut off is right again', () => {
  const state = after({ type: 'run', nowMs: 1, run: run(1) });
  assert.equal(apply(state, { type: 'state', state: emptyState('https://y', 9) }).server, 'https://y');
});
