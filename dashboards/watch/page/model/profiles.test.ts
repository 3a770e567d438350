import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFinished, shareWatched, startAtMs, titleOf } from './positions.ts';
import { profileAtOnce, suits } from './profiles.ts';

const profile = (id: string, maxAge = 0) => ({ id, name: id, maxAge });

test('a device watches as whom it remembers, or as the only one; else it asks', () => {
  const both = [profile('a'), profile('b')];
  assert.equal(profileAtOnce(both, 'b')?.id, 'b');
  assert.equal(profileAtOnce(both, 'of another account'), undefined);
  assert.equal(profileAtOnce([profile('a')], undefined)?.id, 'a');
  assert.equal(profileAtOnce([], 'a'), undefined);
});

test('a profile sees what is for its age; one without an age, and a device, see everything', () => {
  assert.deepEqual(
    [suits(12, profile('a', 12)), suits(16, profile('a', 12)), suits(undefined, profile('a', 6))],
    [true, false, true],
  );
  assert.deepEqual([suits(18, profile('a', 0)), suits(18, undefined)], [true, true]);
});

test('a film goes on where it was, and from the beginning after its end', () => {
  assert.equal(startAtMs(undefined, 20_000), 0);
  assert.equal(startAtMs(7_000, 20_000), 7_000);
  assert.equal(startAtMs(19_000, 20_000), 0);
  assert.equal(startAtMs(7_000, undefined), 7_000);
  assert.deepEqual(
    [shareWatched(5_000, 20_000), shareWatched(0, 1), shareWatched(1, 0), shareWatched(9, 3)],
    [0.25, undefined, undefined, 1],
  );
  assert.deepEqual([isFinished(0.9), isFinished(0.89), isFinished(undefined)], [true, false, false]);
  assert.deepEqual([titleOf('x.s1e12'), titleOf('undertow')], ['x', 'undertow']);
});
