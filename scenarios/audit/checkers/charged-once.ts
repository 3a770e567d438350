import type { MoneyHistory, SeenBill, SeenCharge } from '../money-history.ts';

/** One line of JSON, as every checker's: docs/architecture.md, "The auditor". */
export interface MoneyAnswer {
  readonly check: 'charged-once';
  /** `no-data`: nothing speaks against it, and too little for it. Never to be taken for ok. */
  readonly verdict: 'ok' | 'lost' | 'no-data';
  /** Things that are wrong. */
  readonly lost: number;
  /** Accounts whose subscription was acknowledged. */
  readonly acknowledged: number;
  readonly charges: number;
  readonly examples: readonly { readonly about: string; readonly why: string }[];
  readonly why: string;
}

/**
 * Viewers, card network and platform tell one story:
 * - an acknowledged subscription is still there, on the plan that was acknowledged last (unless the viewer cancelled it),
 *   and its account has a paid bill;
 * - a paid bill was captured once, in full; a bill that is not paid was not captured;
 * - a capture belongs to a bill;
 * - the ledger sums to zero in every currency.
 *
 * A bill that is still open is nothing yet: its charge may be on its way. It says ok only when somebody was acknowledged,
 * the card network's list was read to its end, the ledger was read, and every acknowledged account was asked for.
 */
export function chargedOnce(history: MoneyHistory): MoneyAnswer {
  const wrongs = [...ofAcknowledged(history), ...ofBills(history), ...ofCharges(history), ...ofLedgers(history)];
  const acknowledged = new Set(history.acknowledged.map(({ account }) => account));
  const figures = {
    check: 'charged-once' as const,
    lost: wrongs.length,
    acknowledged: acknowledged.size,
    charges: history.charges.length,
    examples: wrongs.slice(0, MOST_EXAMPLES),
  };
  if (wrongs.length > 0) return { ...figures, verdict: 'lost', why: `${wrongs.length} things are wrong` };
  const lacks = lacking(history, acknowledged);
  if (lacks !== undefined) return { ...figures, verdict: 'no-data', why: lacks };
  return { ...figures, verdict: 'ok', why: `${acknowledged.size} acknowledged accounts, each paid bill captured once` };
}

const MOST_EXAMPLES = 5;
type Wrong = MoneyAnswer['examples'][number];

function lacking(history: MoneyHistory, acknowledged: ReadonlySet<string>): string | undefined {
  if (acknowledged.size === 0) return 'no subscription was acknowledged';
  if (!history.chargesComplete) return 'the card network was not read to the end';
  if (!history.ledgers.some(({ entries }) => entries > 0)) return 'the ledger was not read';
  const unasked = [...acknowledged].filter((account) => !history.subscriptions.has(account));
  if (unasked.length > 0) return `${unasked.length} acknowledged accounts were not asked for afterwards`;
  return undefined;
}

function ofAcknowledged({ acknowledged, subscriptions, cancelled, bills }: MoneyHistory): Wrong[] {
  const last = new Map(acknowledged.toSorted((a, b) => a.atMs - b.atMs).map((each) => [each.account, each]));
  return [...last.values()].flatMap(({ account, plan }): Wrong[] => {
    const now = subscriptions.get(account);
    if (now === undefined) return [];
    const about = `account ${account}`;
    if (!bills.some((bill) => bill.account === account && bill.state === 'paid'))
      return [{ about, why: 'its subscription was acknowledged, and no bill of it is paid' }];
    if (cancelled.has(account)) return [];
    if (!alive.has(now.state)) return [{ about, why: `its ${plan} was acknowledged, and now it is ${now.state}` }];
    return now.plan === plan ? [] : [{ about, why: `its ${plan} was acknowledged, and now it has ${now.plan}` }];
  });
}

const alive: ReadonlySet<string> = new Set(['active', 'past-due']);

function ofBills({ bills, charges, chargesComplete }: MoneyHistory): Wrong[] {
  const captured = Map.groupBy(charges.filter(taken), ({ reference }) => reference);
  return bills.flatMap((bill) => wrongsOf(bill, captured.get(bill.bill) ?? [], chargesComplete));
}

/** Money that was taken and not given back. */
const taken = ({ state }: SeenCharge): boolean => state === 'captured';

function wrongsOf(
  { bill, state, amountMinor, currency }: SeenBill,
  captured: readonly SeenCharge[],
  complete: boolean,
): Wrong[] {
  const about = `bill ${bill}`;
  if (captured.length > 1)
    return [{ about, why: `charged ${captured.length} times: ${captured.map(({ charge }) => charge).join(', ')}` }];
  const [charge] = captured;
  if (charge === undefined)
    return state === 'paid' && amountMinor > 0 && complete
      ? [{ about, why: 'it is paid, and nothing was captured' }]
      : [];
  if (charge.amountMinor !== amountMinor || charge.currency !== currency)
    return [{ about, why: `of ${amountMinor} ${currency}, charged ${charge.amountMinor} ${charge.currency}` }];
  return state === 'paid' || state === 'open'
    ? []
    : [{ about, why: `it is ${state}, and ${charge.charge} was captured` }];
}

/** References of accounts that nobody asked for say nothing: others use the card network too. */
function ofCharges({ bills, charges, subscriptions }: MoneyHistory): Wrong[] {
  const known = new Set(bills.map(({ bill }) => bill));
  const asked = [...subscriptions.keys()].map((account) => `${account}.`);
  return charges
    .filter(
      (charge) =>
        taken(charge) && !known.has(charge.reference) && asked.some((prefix) => charge.reference.startsWith(prefix)),
    )
    .map(({ charge, reference }) => ({
      about: `charge ${charge}`,
      why: `captured for ${reference}, which is no bill`,
    }));
}

const ofLedgers = ({ ledgers }: MoneyHistory): Wrong[] =>
  ledgers
    .filter(({ sumMinor }) => sumMinor !== 0)
    .map(({ currency, sumMinor }) => ({ about: `ledger in ${currency}`, why: `it sums to ${sumMinor}` }));
