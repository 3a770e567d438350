import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ndcgAt, rankOf, recallAt } from './metrics.ts';

describe('where the held-out title stands', () => {
  const scores = Float32Array.of(5, 4, 3, 2, 1);

  it('counts the better titles that were not watched', () => {
    assert.equal(rankOf(scores, 0, new Set()), 1);
    assert.equal(rankOf(scores, 3, new Set()), 4);
    assert.equal(rankOf(scores, 3, new Set([0, 1])), 2);
  });

  it('gives nothing to a model that says the same of everything, or that is broken', () => {
    assert.equal(rankOf(new Float32Array(50), 7, new Set()), 50);
    assert.equal(rankOf(new Float32Array(50).fill(Number.NaN), 7, new Set()), 50);
  });

  it('is worth 1 at the first place, less below, nothing from the eleventh on', () => {
    assert.deepEqual(
      [1, 10, 11].map((rank) => recallAt(rank, 10)),
      [1, 1, 0],
    );
    assert.equal(ndcgAt(1, 10), 1);
    assert.equal(ndcgAt(3, 10), 0.5);
    assert.equal(ndcgAt(11, 10), 0);
  });
});
