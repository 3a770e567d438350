import { z } from 'zod';
import { FaultflixError } from '#base/errors.ts';

/**
 * Double entry: what is added to one account is taken from another, so every entry's lines sum to zero, and so does the
 * ledger. Positive lines are debits. Accounts: `receivable/<account>` (owed by the viewer), `credit/<account>` (owed to
 * the viewer), `card-network` (captured), `revenue`.
 */
export const entrySchema = z.object({
  currency: z.string(),
  bill: z.string().optional(),
  atMs: z.number(),
  lines: z.array(z.object({ ledger: z.string(), amountMinor: z.int() })),
});
export type Entry = z.infer<typeof entrySchema>;
type Line = Entry['lines'][number];

export interface NamedEntry {
  /** Says what it is of, so that writing it twice is writing it once. */
  readonly id: string;
  readonly entry: Entry;
}

interface BillAmounts {
  readonly account: string;
  readonly amountMinor: number;
  /** Paid out of what was owed to the viewer. */
  readonly creditMinor: number;
  readonly currency: string;
}

interface About {
  readonly bill: string;
  readonly atMs: number;
}

export const raised = (amounts: BillAmounts, about: About): NamedEntry =>
  ofBill('raised', amounts, about, raisedLines(amounts));

export const paid = (amounts: BillAmounts, about: About): NamedEntry =>
  ofBill('paid', amounts, about, [
    { ledger: 'card-network', amountMinor: amounts.amountMinor },
    { ledger: `receivable/${amounts.account}`, amountMinor: -amounts.amountMinor },
  ]);

/** The bill is taken back: its opposite. */
export const voided = (amounts: BillAmounts, about: About): NamedEntry =>
  ofBill(
    'voided',
    amounts,
    about,
    raisedLines(amounts).map(({ ledger, amountMinor }) => ({ ledger, amountMinor: -amountMinor })),
  );

/** A change to a cheaper plan: revenue that was not earned is owed to the viewer. */
export function credited(options: {
  readonly id: string;
  readonly account: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly atMs: number;
}): NamedEntry {
  const { id, account, amountMinor, currency, atMs } = options;
  const lines = [
    { ledger: 'revenue', amountMinor },
    { ledger: `credit/${account}`, amountMinor: -amountMinor },
  ];
  return balanced(`${id}.credited`, { currency, atMs, lines });
}

export const sumOf = ({ lines }: Pick<Entry, 'lines'>): number =>
  lines.reduce((sum, { amountMinor }) => sum + amountMinor, 0);

const raisedLines = ({ account, amountMinor, creditMinor }: BillAmounts): Line[] => [
  { ledger: `receivable/${account}`, amountMinor },
  { ledger: `credit/${account}`, amountMinor: creditMinor },
  { ledger: 'revenue', amountMinor: -(amountMinor + creditMinor) },
];

function ofBill(what: string, { currency }: BillAmounts, { bill, atMs }: About, lines: Line[]): NamedEntry {
  return balanced(`${bill}.${what}`, { currency, bill, atMs, lines });
}

function balanced(id: string, entry: Entry): NamedEntry {
  const lines = entry.lines.filter(({ amountMinor }) => amountMinor !== 0);
  const sum = sumOf({ lines });
  if (sum === 0 && lines.every(({ amountMinor }) => Number.isSafeInteger(amountMinor)))
    return { id, entry: { ...entry, lines } };
  throw new FaultflixError('internal', 'an entry of the ledger does not balance', { where: id, received: `${sum}` });
}
