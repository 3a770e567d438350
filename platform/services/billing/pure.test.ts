import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { dunningDays, nextTryMs } from './dunning.ts';
import { credited, paid, raised, sumOf, voided } from './ledger.ts';
import { happenings, next, states } from './lifecycle.ts';
import { monthsLater } from './periods.ts';
import { currencyOf, planIds, plansIn, priceOf } from './plans.ts';
import { prorated } from './proration.ts';

describe('plans', () => {
  it('cost more the more they give, in the money of the country', () => {
    for (const country of ['US', 'DE', 'JP', 'IN', 'GB', 'AU', 'BR', 'CA', 'MX', 'ZW']) {
      const plans = plansIn(country);
      assert.deepEqual(
        plans.map(({ id }) => id),
        planIds,
      );
      for (const [i, plan] of plans.entries()) {
        assert(Number.isSafeInteger(plan.priceMinor) && plan.currency === currencyOf(country));
        if (i > 0) assert((plan.priceMinor as number) > (plans[i - 1]!.priceMinor as number));
      }
    }
    assert.equal(priceOf('free', 'EUR'), 0);
    for (const wrong of ['', 'us', 'USA', '12']) assert.throws(() => currencyOf(wrong), { code: 'bad-input' });
  });
});

describe('periods', () => {
  const later = (from: string, months: number) => new Date(monthsLater(Date.parse(from), months)).toISOString();
  it('are months, the last day where the day does not exist', () => {
    assert.equal(later('2026-01-31T12:34:56.789Z', 1), '2026-02-28T12:34:56.789Z');
    assert.equal(later('2026-01-31T12:34:56.789Z', 2), '2026-03-31T12:34:56.789Z');
    assert.equal(later('2027-12-30T00:00:00.000Z', 2), '2028-02-29T00:00:00.000Z');
    assert.equal(later('2026-12-01T23:59:59.999Z', 1), '2027-01-01T23:59:59.999Z');
  });
  it('follow each other without end', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e12 }), fc.integer({ min: 0, max: 600 }), (anchorMs, n) => {
        const lengthMs = monthsLater(anchorMs, n + 1) - monthsLater(anchorMs, n);
        return lengthMs >= 28 * 86_400_000 && lengthMs <= 31 * 86_400_000 && monthsLater(anchorMs, 0) === anchorMs;
      }),
    );
  });
});

describe('proration', () => {
  const prices = fc.integer({ min: 0, max: 10_000_000 });
  const change = fc.record({
    fromMinor: prices,
    toMinor: prices,
    periodStartMs: fc.integer({ min: 0, max: 2e12 }),
    lengthMs: fc.integer({ min: 1, max: 31 * 86_400_000 }),
    part: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  it('is less than two minor units below the exact share, and never above it', () => {
    fc.assert(
      fc.property(change, ({ fromMinor, toMinor, periodStartMs, lengthMs, part }) => {
        const atMs = periodStartMs + Math.floor(lengthMs * part);
        const periodEndMs = periodStartMs + lengthMs;
        const got = prorated({ fromMinor, toMinor, periodStartMs, periodEndMs, atMs });
        // got <= exact < got + 2, in integers
        const exact = BigInt(toMinor - fromMinor) * BigInt(periodEndMs - atMs);
        const whole = BigInt(lengthMs);
        return BigInt(got) * whole <= exact && exact < BigInt(got + 2) * whole;
      }),
    );
  });
  it('is the whole difference at first, nothing in the end, and to the millisecond between', () => {
    const month = { fromMinor: 799, toMinor: 2_299, periodStartMs: 0, periodEndMs: 1_500 };
    assert.equal(prorated({ ...month, atMs: 0 }), 1_500);
    assert.equal(prorated({ ...month, atMs: 1_500 }), 0);
    assert.equal(prorated({ ...month, atMs: 9_999 }), 0);
    assert.notEqual(prorated({ ...month, atMs: 700 }), prorated({ ...month, atMs: 702 }));
    assert.equal(prorated({ ...month, fromMinor: 2_299, toMinor: 799, atMs: 0 }), -1_500);
  });
});

describe('the ledger', () => {
  const amounts = fc.record({
    account: fc.constantFrom('a', 'b'),
    amountMinor: fc.integer({ min: 0, max: 1e9 }),
    creditMinor: fc.integer({ min: 0, max: 1e9 }),
    currency: fc.constantFrom('USD', 'JPY'),
  });
  it('sums to zero whatever is written', () => {
    const about = { bill: 'b', atMs: 0 };
    const one = fc.oneof(
      amounts.map((each) => raised(each, about)),
      amounts.map((each) => paid(each, about)),
      amounts.map((each) => voided(each, about)),
      amounts.map((each) => credited({ ...each, id: 'c', atMs: 0 })),
    );
    fc.assert(fc.property(fc.array(one), (all) => all.reduce((sum, { entry }) => sum + sumOf(entry), 0) === 0));
  });
  it('takes nothing that does not balance', () => {
    const wrong = { account: 'a', amountMinor: Number.NaN, creditMinor: 0, currency: 'USD' };
    assert.throws(() => raised(wrong, { bill: 'b', atMs: 0 }), { code: 'internal' });
  });
  it('owes nothing for a bill that is taken back', () => {
    fc.assert(
      fc.property(amounts, (each) => {
        const lines = [raised(each, { bill: 'b', atMs: 0 }), voided(each, { bill: 'b', atMs: 1 })].flatMap(
          ({ entry }) => entry.lines,
        );
        const by = Map.groupBy(lines, ({ ledger }) => ledger);
        return [...by.values()].every((of) => sumOf({ lines: of }) === 0);
      }),
    );
  });
});

describe('the life of a subscription', () => {
  it('goes on from every state but rests in three', () => {
    const reachable = new Set<string>(['none']);
    for (const _ of states)
      for (const state of states)
        if (reachable.has(state)) for (const each of happenings) reachable.add(next(state, each) ?? state);
    assert.deepEqual([...reachable].toSorted(), [...states].toSorted());
  });
  it('takes money only for what was asked for', () => {
    assert.equal(next('none', 'paid'), undefined);
    assert.equal(next('ended', 'paid'), undefined);
    for (const state of states) assert.notEqual(next(state, 'refused'), 'active');
  });
});

describe('dunning', () => {
  it('tries four times in 21 days, then no more', () => {
    const days = [1, 2, 3, 4, 5].map((refusals) => (nextTryMs(0, refusals) ?? Number.NaN) / 86_400_000);
    assert.deepEqual(days, [...dunningDays, Number.NaN]);
  });
});
