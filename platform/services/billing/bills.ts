import { type Changes, duty } from './changes.ts';
import type { Bill, Charge, Subscription } from './collections.ts';
import { raised } from './ledger.ts';

const MOST_BILLS = 99_999_999;

export interface NewBill {
  readonly kind: Bill['kind'];
  readonly plan: Bill['plan'];
  /** Before what is owed to the viewer. */
  readonly totalMinor: number;
  readonly periodStartMs: number;
  readonly periodEndMs: number;
  readonly nowMs: number;
}

/** A bill, its entry in the ledger, and the intent to charge it. Nothing is left to charge when credit covers all. */
export function raise(subscription: Subscription, options: NewBill) {
  const { kind, plan, totalMinor, periodStartMs, periodEndMs, nowMs } = options;
  const { account, currency } = subscription;
  const creditMinor = Math.min(subscription.creditMinor, totalMinor);
  const bill: Bill = {
    id: `${account}.${String(MOST_BILLS - subscription.bills).padStart(8, '0')}`,
    ...{ account, kind, plan, currency, creditMinor, periodStartMs, periodEndMs },
    amountMinor: totalMinor - creditMinor,
    state: 'open',
    atMs: nowMs,
    attempts: 0,
    refusals: 0,
  };
  const owing: Subscription = {
    ...subscription,
    creditMinor: subscription.creditMinor - creditMinor,
    bills: subscription.bills + 1,
    openBill: bill.id,
  };
  return { bill, subscription: owing, entries: [raised(bill, { bill: bill.id, atMs: nowMs })] };
}

export interface Attempt {
  readonly card: string;
  readonly nowMs: number;
  /** When others take it up, if whoever begins it does not come to the end. */
  readonly dueMs: number;
}

/** One more attempt to charge the bill, under a key of its own. Only made when the outcome of the last one is known. */
export function attempt(
  owed: Bill,
  { card, nowMs, dueMs }: Attempt,
): Required<Pick<Changes, 'bill' | 'charge' | 'duties'>> {
  const { dunning: _, ...bill } = owed;
  const attempts = bill.attempts + 1;
  const id = `${bill.id}.${attempts}`;
  const settle = duty('settle', id, dueMs);
  const charge: Charge = {
    ...{ id, bill: bill.id, account: bill.account, amountMinor: bill.amountMinor, currency: bill.currency, card },
    key: `faultflix.${id}`,
    state: 'intended',
    atMs: nowMs,
    unknowns: 0,
    leaseUntilMs: 0,
    duty: settle.id,
  };
  return { bill: { ...bill, attempts }, charge, duties: [settle] };
}

/** The charge that the bill's outcome hangs on. */
export const lastCharge = (bill: Bill): string => `${bill.id}.${bill.attempts}`;
