import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileProgress, isCompiled } from './build-progress.ts';

function build(compiled: Record<string, boolean>, programs: string[] = []) {
  let nowMs = 0;
  const clock = { now: () => nowMs, sleep: async () => {} };
  const progress = compileProgress({
    compiled: new Map(Object.entries(compiled)),
    programs,
    coldMs: 10_000,
    estimatedPackages: 100,
    clock,
  });
  return { progress, at: (ms: number) => (nowMs = ms) };
}

const packages = (count: number, done = 0) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`p${i}`, i < done]));

test('what the build cache holds counts as done from the start', () => {
  const { progress } = build(packages(10, 4));
  assert.deepEqual(progress.now(), { done: 4, total: 10, etaMs: 600 });
});

test('a package counts when the next one begins; what is not of the build, or was compiled already, does not count', () => {
  const { progress } = build(packages(10, 4));
  assert.equal(progress.compiling('go: downloading x'), false);
  assert.equal(progress.compiling('p0'), false);
  assert.equal(progress.compiling('p5'), true);
  assert.equal(progress.now().done, 4);
  progress.compiling('p6');
  assert.equal(progress.now().done, 5);
});

test('the time left goes by the estimate first and by the measured speed in the end', () => {
  const { progress, at } = build(packages(1_001));
  assert.equal(progress.now().etaMs, 100_100);
  for (let i = 0; i <= 500; i++) progress.compiling(`p${i}`);
  at(10_000); // 20 ms each, where 100 had been guessed
  assert.equal(progress.now().etaMs, 501 * 20);
});

test('linking is part of it, and done is total only when every program is linked', () => {
  const { progress } = build({ a: true, main: false }, ['main']);
  const { total, done } = progress.now();
  assert.ok(total > 2 && done === 1);
  progress.compiling('main');
  progress.linked(1);
  assert.ok(progress.now().done < total || progress.now().etaMs === 0);
  progress.linked(5);
  assert.ok(progress.now().done <= total);
});

test('what go list says of staleness', () => {
  assert.equal(isCompiled('false', ''), true);
  assert.equal(isCompiled('true', 'not installed but available in build cache'), true);
  assert.equal(isCompiled('true', 'build ID mismatch'), false);
  assert.equal(isCompiled('true', 'stale dependency: example.org/x'), false);
});
