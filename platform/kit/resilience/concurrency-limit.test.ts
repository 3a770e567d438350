import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ConcurrencyLimit, concurrencyDefaults } from './concurrency-limit.ts';

/** Fills the limit, then gives every place back with the latency. */
function rounds(limit: ConcurrencyLimit, count: number, latencyMs: number): void {
  for (let round = 0; round < count; round++) {
    let taken = 0;
    while (limit.acquire()) taken += 1;
    for (; taken > 0; taken--) limit.release(latencyMs);
  }
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
    rounds(limit, 20, 10);
    assert.ok(limit.limit > 60, `${limit.limit}`);
  });

  it('shrinks when calls take longer than in the long run, and grows again', () => {
    const limit = new ConcurrencyLimit({ initial: 200 });
    rounds(limit, 5, 10);
    const before = limit.limit;
    rounds(limit, 2, 100);
    const during = limit.limit;
    assert.ok(during < before / 2, `${before} then ${during}`);
    rounds(limit, 50, 10);
    assert.ok(limit.limit > during, `${during} then ${limit.limit}`);
  });

  it('learns nothing while it is not busy', () => {
    const limit = new ConcurrencyLimit({ initial: 100 });
    for (let i = 0; i < 500; i++) {
      assert.ok(limit.acquire());
      limit.release(i < 100 ? 1 : 1_000);
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
        for (const { enter, latencyMs } of steps) {
          if (enter) inside += limit.acquire() ? 1 : 0;
          else if (inside > 0) {
            limit.release(latencyMs ?? undefined);
            inside -= 1;
          }
          assert.equal(limit.inFlight, inside);
          assert.ok(limit.limit >= concurrencyDefaults.min && limit.limit <= concurrencyDefaults.max);
        }
      }),
    );
  });
});
