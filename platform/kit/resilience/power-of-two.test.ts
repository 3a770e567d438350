import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { seededRng } from '#base/rng.ts';
import { Load } from './load.ts';
import { pickByKey, pickOfTwo } from './power-of-two.ts';

describe('power of two choices', () => {
  it('has nothing to choose from none, and no choice of one', () => {
    assert.equal(
      pickOfTwo([], () => 0, seededRng(1)),
      undefined,
    );
    assert.equal(
      pickOfTwo(['a'], () => Number.POSITIVE_INFINITY, seededRng(1)),
      'a',
    );
  });

  it('never takes the dearest of several, and takes each of several alike', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 12 }), fc.integer(), (count, seed) => {
        const candidates = Array.from({ length: count }, (_, i) => i);
        const rng = seededRng(seed);
        for (let i = 0; i < 20; i++)
          assert.notEqual(
            pickOfTwo(candidates, (cost) => cost, rng),
            count - 1,
          );
      }),
    );
    const seen = new Set(Array.from({ length: 200 }, (_, i) => pickOfTwo(['a', 'b', 'c'], () => 1, seededRng(i))));
    assert.equal(seen.size, 3);
  });

  it('sends a slow endpoint less', () => {
    const loads = { fast: new Load(), slow: new Load() };
    loads.fast.observe(5, 0);
    loads.slow.observe(300, 0);
    const rng = seededRng(1);
    const picks = Array.from({ length: 100 }, () =>
      pickOfTwo(['fast', 'slow'] as const, (name) => loads[name].cost(1), rng),
    );
    assert.ok(picks.every((name) => name === 'fast'));
  });
});

describe('load', () => {
  it('takes a rise over at once and forgets it slowly', () => {
    const load = new Load();
    load.observe(10, 0);
    load.observe(500, 100);
    assert.equal(load.cost(100), 500);
    load.observe(10, 200);
    assert.ok(load.cost(200) > 450);
    assert.ok(load.cost(60_000) < 5);
  });

  it('counts calls that are out, above all where nothing was ever answered', () => {
    const load = new Load();
    assert.equal(load.cost(0), 0);
    load.outstanding = 1;
    assert.ok(load.cost(0) > 1e6);
    load.observe(10, 0);
    assert.equal(load.cost(0), 20);
  });
});

describe('sticky choice', () => {
  const nodes = ['a', 'b', 'c', 'd'].map((id) => ({ id }));

  it('is the same for a key, and spreads keys', () => {
    const picks = Array.from({ length: 400 }, (_, i) => pickByKey(nodes, `viewer-${i}`)!.id);
    assert.deepEqual(
      picks,
      Array.from({ length: 400 }, (_, i) => pickByKey(nodes, `viewer-${i}`)!.id),
    );
    for (const { id } of nodes) assert.ok(picks.filter((pick) => pick === id).length > 60);
  });

  it('moves only the keys of the one that is gone', () => {
    fc.assert(
      fc.property(fc.string(), (key) => {
        const before = pickByKey(nodes, key)!;
        const after = pickByKey(
          nodes.filter(({ id }) => id !== 'b'),
          key,
        )!;
        if (before.id !== 'b') assert.equal(after.id, before.id);
      }),
    );
  });
});
