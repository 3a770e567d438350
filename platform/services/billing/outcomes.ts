import { FaultflixError } from '#base/errors.ts';
import type { NewEvent } from '#platform/stores/store.ts';
import { type Changes, duty } from './changes.ts';
import type { Bill, Subscription } from './collections.ts';
import { nextTryMs } from './dunning.ts';
import { paid, voided } from './ledger.ts';
import { type Happening, next, type State } from './lifecycle.ts';

export interface Outcome {
  readonly subscription: Subscription;
  readonly bill: Bill;
  readonly nowMs: number;
}

/** What follows from a bill that was paid. */
export function billPaid({ subscription, bill, nowMs }: Outcome): Changes {
  const { openBill: _, ...settled } = subscription;
  const about = { bill: bill.id, atMs: nowMs };
  const common = { bill: { ...bill, state: 'paid' as const }, entries: [paid(bill, about)] };
  const paidEvent = ofBill('bill.paid', bill);
  if (bill.kind === 'change') {
    const changed = { ...settled, plan: bill.plan };
    return { ...common, subscription: changed, events: [paidEvent, ofSubscription('subscription.changed', changed)] };
  }
  const happened = after(subscription.state, 'paid');
  const state = happened === 'active' && subscription.cancelWanted ? 'cancelled' : happened;
  const running: Subscription = {
    ...settled,
    ...{ state, plan: bill.plan, cancelWanted: false },
    ...{ periods: settled.periods + 1, periodStartMs: bill.periodStartMs, periodEndMs: bill.periodEndMs },
  };
  return {
    ...common,
    subscription: running,
    events: bill.kind === 'first' ? [paidEvent, ofSubscription('subscription.started', running)] : [paidEvent],
    duties: [duty('period', bill.account, bill.periodEndMs)],
  };
}

/** What follows from a refused charge: a first bill or a change is off, a renewal is tried again by `dunning.ts`. */
export function billRefused({ subscription, bill, nowMs }: Outcome): Changes {
  const events = [ofBill('bill.refused', bill)];
  const firstRefusedMs = bill.firstRefusedMs ?? nowMs;
  const refused = { ...bill, refusals: bill.refusals + 1, firstRefusedMs };
  if (bill.kind !== 'renewal') {
    const state = bill.kind === 'first' ? after(subscription.state, 'refused') : subscription.state;
    return { ...givenUp({ subscription: { ...subscription, state }, bill: refused, nowMs }), events };
  }
  const state = after(subscription.state, 'refused');
  const againMs = nextTryMs(firstRefusedMs, refused.refusals);
  if (state === 'past-due' && againMs !== undefined) {
    const again = duty('dun', bill.id, Math.max(againMs, nowMs));
    const waiting = { ...refused, dunning: again.id };
    return { subscription: { ...subscription, state }, bill: waiting, events, duties: [again] };
  }
  const over = { ...subscription, state: state === 'ended' ? state : after(state, 'given-up') };
  return {
    ...givenUp({ subscription: over, bill: refused, nowMs }),
    events: [...events, ofSubscription('subscription.ended', over)],
  };
}

/** An open bill that nobody will pay is taken back, and with it what it used of the viewer's credit. */
export function givenUp({ subscription, bill, nowMs }: Outcome): Changes {
  const { openBill: _, ...settled } = subscription;
  return {
    subscription: { ...settled, cancelWanted: false, creditMinor: settled.creditMinor + bill.creditMinor },
    bill: { ...bill, state: 'refused' },
    entries: [voided(bill, { bill: bill.id, atMs: nowMs })],
  };
}

export function after(state: State, happening: Happening): State {
  const to = next(state, happening);
  if (to !== undefined) return to;
  throw new FaultflixError('internal', 'this cannot happen to a subscription', { where: happening, received: state });
}

const ofBill = (type: string, { id, account, plan, amountMinor, currency }: Bill): NewEvent => ({
  type,
  subject: account,
  data: { bill: id, plan, amountMinor, currency },
});

export const ofSubscription = (type: string, { account, plan, periodEndMs }: Subscription): NewEvent => ({
  type,
  subject: account,
  data: { plan, periodEndMs },
});
