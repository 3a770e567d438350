import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ConcurrencyLimit, concurrencyDefaults } from './concurrency-limit.ts';

/**
 * Rounds of a window each: fills the share of the limit, then gives every place back with the latency.
 * The clock of the limit goes on from round to round.
 */
function roundsOf(limit: ConcurrencyLimit) {
  let nowMs = 0;
  return (count: number, latencyMs: number, { share = 1, gaveUp = false } = {}) => {
    for (let round = 0; round < count; round++) {
      let taken = 0;
      while (limit.acquire(share)) taken += 1;
      nowMs += concurrencyDefaults.windowMs;
      for (; taken > 1; taken--) limit.release({ latencyMs, nowMs, gaveUp });
      nowMs += concurrencyDefaults.windowMs;
      limit.release({ latencyMs, nowMs, gaveUp });
    }
  };
}

describe('concurrency limit', () => {
  it('lets in as many as the limit, and one for each that leaves', () => {
    const limit = new ConcurrencyLimit({ initial: 40 });
    for (let i = 0; i < 40; i++) assert.ok(limit.acquire());
    assert.ok(!limit.acquire());
    limit.release();
    assert.ok(limit.acquire());
  });

  it('grows while calls take what they always take', () => {
    const limit = new ConcurrencyLimit({ initial: 40 });
    roundsOf(limit)(30, 10);
    assert.ok(limit.limit > 60, `${limit.limit}`);
  });

  it('shrinks when calls take longer than in the long run, and grows again', () => {
    const limit = new ConcurrencyLimit({ initial: 200 });
    const rounds = roundsOf(limit);
    rounds(15, 10);
    const before = limit.limit;
    rounds(10, 100);
    const during = limit.limit;
    assert.ok(during < before / 2, `${before} then ${during}`);
    rounds(50, 10);
    assert.ok(limit.limit > during, `${during} then ${limit.limit}`);
  });

  it('does not take an overload of a minute for what calls always take', () => {
    const limit = new ConcurrencyLimit();
    const rounds = roundsOf(limit);
    rounds(20, 10);
    rounds(60_000 / concurrencyDefaults.windowMs / 2, 100);
    assert.equal(limit.limit, concurrencyDefaults.min);
  });

  it('shrinks by calls that were given up late, and learns nothing from those given up at once', () => {
    const limit = new ConcurrencyLimit();
    const rounds = roundsOf(limit);
    rounds(20, 10);
    const before = limit.limit;
    rounds(10, 1, { gaveUp: true });
    assert.equal(limit.limit, before);
    rounds(10, 2_000, { gaveUp: true });
    assert.ok(limit.limit < before / 2, `${before} then ${limit.limit}`);
  });

  it('is not made to grow by a priority that fills its share, but gives back what it lost', () => {
    for (const share of [0.5, 0.75, 0.9]) {
      const limit = new ConcurrencyLimit();
      const rounds = roundsOf(limit);
      rounds(200, 10, { share });
      assert.ok(limit.limit <= concurrencyDefaults.initial + concurrencyDefaults.queue, `${share}: ${limit.limit}`);
      rounds(30, 100, { share });
      assert.ok(limit.limit < 60, `${share}: ${limit.limit}`);
      rounds(300, 10, { share });
      assert.ok(limit.limit >= concurrencyDefaults.initial, `${share}: ${limit.limit}`);
    }
  });

  it('learns nothing while it is not busy', () => {
    const limit = new ConcurrencyLimit({ initial: 100 });
    for (let i = 0; i < 500; i++) {
      assert.ok(limit.acquire());
      limit.release({ latencyMs: i < 100 ? 1 : 1_000, nowMs: i * 100 });
    }
    assert.equal(limit.limit, 100);
  });

  it('lets low priorities fill their share only', () => {
    const limit = new ConcurrencyLimit({ initial: 100 });
    let prefetch = 0;
    while (limit.acquire(0.5)) prefetch += 1;
    assert.equal(prefetch, 50);
    assert.ok(limit.acquire(0.75) && limit.acquire(1));
  });

  it('stays within its bounds and counts right, whatever comes', () => {
    const step = fc.record({ enter: fc.boolean(), latencyMs: fc.option(fc.double({ min: 0, max: 1e6, noNaN: true })) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const limit = new ConcurrencyLimit({ initial: 40 });
        let inside = 0;
        let nowMs = 0;
        for (const { enter, latencyMs } of steps) {
          if (enter) inside += limit.acquire() ? 1 : 0;
          else if (inside > 0) {
            nowMs += 50;
            limit.release(latencyMs === null ? undefined : { latencyMs, nowMs, gaveUp: latencyMs > 5e5 });
            inside -= 1;
          }
          assert.equal(limit.inFlight, inside);
          assert.ok(limit.limit >= concurrencyDefaults.min && limit.limit <= concurrencyDefaults.max);
        }
      }),
    );
  });
});
