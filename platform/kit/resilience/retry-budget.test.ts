import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { RetryBudget } from './retry-budget.ts';

describe('retry budget', () => {
  it('starts with 10 a second over its window, and no more', () => {
    const budget = new RetryBudget();
    const taken = Array.from({ length: 150 }, () => budget.withdraw(5_000)).filter(Boolean);
    assert.equal(taken.length, 100);
  });

  it('earns a fifth of a retry with each request', () => {
    const budget = new RetryBudget({ minPerSecond: 0 });
    for (let i = 0; i < 10; i++) budget.deposit(1_000);
    assert.deepEqual(
      [1, 2, 3].map(() => budget.withdraw(1_000)),
      [true, true, false],
    );
  });

  it('forgets what left the window: what was earned, and what was spent', () => {
    const budget = new RetryBudget({ minPerSecond: 1, windowSeconds: 10 });
    for (let i = 0; i < 50; i++) budget.deposit(0);
    for (let i = 0; i < 20; i++) assert.ok(budget.withdraw(0));
    assert.ok(!budget.withdraw(9_999));
    assert.equal(budget.balance(10_000), 10);
  });

  it('stands a clock that steps back', () => {
    const budget = new RetryBudget();
    budget.deposit(100_000);
    assert.ok(budget.withdraw(50_000));
    assert.ok(budget.balance(100_000) < 100);
  });

  it('grants none beyond its share of the requests of the window and its reserve', () => {
    const step = fc.record({ passedMs: fc.integer({ min: 0, max: 3_000 }), requests: fc.nat(20), retries: fc.nat(60) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const budget = new RetryBudget({ ratio: 0.2, minPerSecond: 2, windowSeconds: 10 });
        const log: { second: number; requests: number; retries: number }[] = [];
        let nowMs = 0;
        for (const { passedMs, requests, retries } of steps) {
          nowMs += passedMs;
          for (let i = 0; i < requests; i++) budget.deposit(nowMs);
          let granted = 0;
          for (let i = 0; i < retries; i++) if (budget.withdraw(nowMs)) granted += 1;
          const second = Math.floor(nowMs / 1_000);
          log.push({ second, requests, retries: granted });
          const window = log.filter((entry) => entry.second > second - 10);
          const sum = (of: 'requests' | 'retries') => window.reduce((total, entry) => total + entry[of], 0);
          if (granted > 0) assert.ok(sum('retries') <= 0.2 * sum('requests') + 2 * 10);
        }
      }),
    );
  });
});
