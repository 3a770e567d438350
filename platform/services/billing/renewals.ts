import { attempt, raise } from './bills.ts';
import { type Changes, duty } from './changes.ts';
import type { Bill, Subscription } from './collections.ts';
import { after, ofSubscription } from './outcomes.ts';
import { monthsLater } from './periods.ts';
import { priceOf } from './plans.ts';
import { charged } from './wishes.ts';

const OPEN_BILL_MS = 60_000;

/** The period that was paid for is over: the next one is billed, or the subscription ends. `dueMs`: the duty's own. */
export function periodOver(
  subscription: Subscription | undefined,
  { dueMs, nowMs }: { readonly dueMs: number; readonly nowMs: number },
): Changes {
  if (subscription === undefined || subscription.periodEndMs > nowMs || dueMs < subscription.periodEndMs) return {};
  const { account, state, plan, currency, card, anchorMs, periods, periodEndMs, openBill } = subscription;
  // A change that is on its way is waited for: one bill is open at a time.
  if (openBill !== undefined) return { duties: [duty('period', account, nowMs + OPEN_BILL_MS)] };
  if (state === 'cancelled') {
    const over = { ...subscription, state: after(state, 'over') };
    return { subscription: over, events: [ofSubscription('subscription.ended', over)] };
  }
  if (state !== 'active') return {};
  const period = { periodStartMs: periodEndMs, periodEndMs: monthsLater(anchorMs, periods + 1) };
  const bill = raise(subscription, { kind: 'renewal', plan, totalMinor: priceOf(plan, currency), ...period, nowMs });
  return charged(bill, { card, nowMs, dueMs: nowMs });
}

export interface TryAgain {
  readonly subscription: Subscription | undefined;
  readonly bill: Bill | undefined;
  /** Of the duty that says so: one that was overtaken (by the viewer's new card) does nothing. */
  readonly dutyId: string;
  readonly nowMs: number;
}

/** A refused renewal is tried again with the card that the subscription has now. */
export function tryAgain({ subscription, bill, dutyId, nowMs }: TryAgain): Changes {
  const waits = subscription?.state === 'past-due' && bill?.state === 'open' && bill.dunning === dutyId;
  return waits ? attempt(bill, { card: subscription.card, nowMs, dueMs: nowMs }) : {};
}
