import assert from 'node:assert/strict';
import { test } from 'node:test';
import { median, meets, quantile } from './bench.ts';

test('quantiles are nearest rank, the median of an even count the lower middle', () => {
  assert.equal(quantile([5, 1, 3, 2, 4], 0.95), 5);
  assert.equal(median([4, 1, 3, 2]), 2);
  assert.throws(() => median([]));
});

test('a goal is met only when the figure it names is within it; no goal is neither', () => {
  const row = { what: 'x', unit: 'ms', samples: [1, 2, 100] };
  assert.equal(meets(row), undefined);
  assert.equal(meets({ ...row, goal: { atMost: 2 } }), true);
  assert.equal(meets({ ...row, goal: { atMost: 2, quantile: 0.95 } }), false);
  assert.equal(meets({ ...row, goal: { atLeast: 3 } }), false);
});
