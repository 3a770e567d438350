import { FaultflixError } from '#base/errors.ts';
import { attempt, raise } from './bills.ts';
import type { Changes } from './changes.ts';
import type { Bill, Charge, Subscription } from './collections.ts';
import { credited } from './ledger.ts';
import { after, billPaid, givenUp, ofSubscription } from './outcomes.ts';
import { monthsLater } from './periods.ts';
import { currencyOf, type PaidPlanId, priceOf } from './plans.ts';
import { prorated } from './proration.ts';

export interface Wish {
  readonly account: string;
  readonly plan: PaidPlanId;
  readonly country: string;
  readonly card: string;
  /** Names what is not named by a bill: unique to the wish. */
  readonly id: string;
  readonly nowMs: number;
  /** See `Attempt.dueMs`. */
  readonly dueMs: number;
}

export interface Known {
  readonly subscription: Subscription | undefined;
  /** The subscription's open bill, and the last charge of it. */
  readonly bill: Bill | undefined;
  readonly charge: Charge | undefined;
}

/** A wish for a plan: what it changes, and the bill that its fulfilment hangs on, if any. `conflict` while one is open. */
export function subscribe({ subscription, bill, charge }: Known, wish: Wish): Changes {
  const { plan, card, nowMs } = wish;
  if (subscription === undefined || subscription.state === 'none' || subscription.state === 'ended')
    return begin(subscription, wish);
  if (bill !== undefined) {
    const settled = charge === undefined || charge.state === 'declined';
    if (subscription.state === 'past-due' && settled && plan === bill.plan)
      return { ...attempt(bill, wish), subscription: { ...subscription, card } };
    throw new FaultflixError('conflict', 'a bill of this subscription is open', {
      expected: 'every bill paid or refused',
      todo: subscription.state === 'past-due' ? 'pay for the plan that it is of first' : 'ask again in some seconds',
    });
  }
  const state = after(subscription.state, 'resume');
  const resumed = { ...subscription, state, card };
  if (plan === subscription.plan) return { subscription: resumed };
  return change(resumed, wish, nowMs);
}

function begin(former: Subscription | undefined, wish: Wish): Changes {
  const { account, plan, country, card, nowMs } = wish;
  // What is owed to a viewer is owed in its own currency.
  const currency = former && former.creditMinor > 0 ? former.currency : currencyOf(country);
  const fresh: Subscription = {
    ...{ account, plan, currency, card, anchorMs: nowMs, periods: 0, periodStartMs: 0, periodEndMs: 0 },
    state: after(former?.state ?? 'none', 'subscribe'),
    creditMinor: former?.creditMinor ?? 0,
    cancelWanted: false,
    bills: former?.bills ?? 0,
  };
  const period = { periodStartMs: nowMs, periodEndMs: monthsLater(nowMs, 1) };
  return charged(raise(fresh, { kind: 'first', plan, totalMinor: priceOf(plan, currency), ...period, nowMs }), wish);
}

function change(subscription: Subscription, wish: Wish, nowMs: number): Changes {
  const { account, currency, periodStartMs, periodEndMs } = subscription;
  const { plan, id } = wish;
  const prices = { fromMinor: priceOf(subscription.plan, currency), toMinor: priceOf(plan, currency) };
  const amountMinor = prorated({ ...prices, periodStartMs, periodEndMs, atMs: nowMs });
  if (amountMinor > 0)
    return charged(
      raise(subscription, { kind: 'change', plan, totalMinor: amountMinor, periodStartMs, periodEndMs, nowMs }),
      wish,
    );
  const changed = { ...subscription, plan, creditMinor: subscription.creditMinor - amountMinor };
  const credit = { id: `${account}.${id}`, account, amountMinor: -amountMinor, currency, atMs: nowMs };
  return {
    subscription: changed,
    entries: amountMinor === 0 ? [] : [credited(credit)],
    events: [ofSubscription('subscription.changed', changed)],
  };
}

/** With the intent to charge it; or paid, when there is nothing left to charge. */
export function charged(
  { bill, subscription, entries }: ReturnType<typeof raise>,
  wish: Pick<Wish, 'card' | 'nowMs' | 'dueMs'>,
): Changes {
  if (bill.amountMinor > 0) return { subscription, entries, ...attempt(bill, wish) };
  const settled = billPaid({ subscription, bill, nowMs: wish.nowMs });
  return { ...settled, entries: [...entries, ...(settled.entries ?? [])] };
}

/** Safe to repeat. What is on its way at the card network is waited for, never taken back. */
export function cancel({ subscription, bill, charge }: Known, nowMs: number): Changes {
  if (subscription === undefined) return {};
  const { state } = subscription;
  const unsettled = charge !== undefined && charge.state !== 'declined';
  if (state === 'past-due' && bill !== undefined && !unsettled) {
    const over = { ...subscription, state: after(state, 'cancel') };
    return { ...givenUp({ subscription: over, bill, nowMs }), events: [ofSubscription('subscription.ended', over)] };
  }
  if (state === 'pending')
    return subscription.cancelWanted ? {} : { subscription: { ...subscription, cancelWanted: true } };
  const to = state === 'past-due' ? 'cancelled' : after(state, 'cancel');
  return to === state ? {} : { subscription: { ...subscription, state: to } };
}
