import type { NewEvent, Store, Transaction } from '#platform/stores/store.ts';
import {
  type Bill,
  bills,
  type Charge,
  charges,
  type Duty,
  duties,
  ledger,
  type Subscription,
  subscriptions,
} from './collections.ts';
import type { NamedEntry } from './ledger.ts';

/** What billing needs of the store. */
export type Documents = Pick<Store, 'get' | 'list' | 'transact'>;

/** What one transaction writes. The pure parts make it; nothing else writes. */
export interface Changes {
  readonly subscription?: Subscription;
  readonly bill?: Bill;
  readonly charge?: Charge;
  readonly entries?: readonly NamedEntry[];
  readonly events?: readonly NewEvent[];
  readonly duties?: readonly Duty[];
  /** Ids of those that are done. */
  readonly done?: readonly string[];
}

export function write(tx: Transaction, changes: Changes): void {
  const { subscription, bill, charge } = changes;
  if (subscription) tx.put(subscriptions, subscription.account, subscription);
  if (bill) tx.put(bills, bill.id, bill);
  if (charge) tx.put(charges, charge.id, charge);
  for (const id of changes.done ?? []) tx.delete(duties, id);
  for (const duty of changes.duties ?? []) tx.put(duties, duty.id, duty);
  for (const { id, entry } of changes.entries ?? []) tx.put(ledger, id, entry);
  for (const event of changes.events ?? []) tx.emit(event);
}

export function duty(kind: Duty['kind'], of: string, dueMs: number): Duty {
  return { id: `${String(dueMs).padStart(15, '0')}.${kind}.${of}`, kind, of, dueMs };
}
