import { chargedOnce } from '../checkers/charged-once.ts';
import { mailedOnce, readMails } from '../checkers/mailed-once.ts';
import { MoneyHistoryReader } from '../money-history.ts';
import type { Promised } from './promises.ts';
import type { Charge, Mail, Testimony } from './witnesses.ts';

export const liveChecks = ['charged-once', 'mailed-once'] as const;
export type LiveCheck = (typeof liveChecks)[number];

export interface LiveAnswer {
  readonly check: LiveCheck;
  readonly verdict: 'ok' | 'lost' | 'no-data';
  readonly lost: number;
  /** Accounts that were acknowledged. */
  readonly acknowledged: number;
  readonly examples: readonly { readonly about: string; readonly why: string }[];
  readonly why: string;
}

/** What was heard: the witnesses once before everybody read, and once after. */
export interface Heard {
  readonly promised: readonly Promised[];
  readonly before: Testimony & { readonly atMs: number };
  readonly after: Testimony;
  /** When the first fault began: what was over before it proves nothing. Epoch ms. */
  readonly faultAtMs?: number | undefined;
}

/**
 * What is still on its way, in words; empty: it may be judged. Two looks at the witnesses, with everybody's reading in
 * between, that say the same: then nothing changed while it was looked at, in whatever order the looks came.
 */
export function outstanding(check: LiveCheck, { promised, before, after }: Heard): string[] {
  const unread = promised.filter(({ read }) => read === undefined || read.atMs < before.atMs).length;
  const open = promised.flatMap(({ bills }) => [...bills.values()].filter((state) => state === 'open')).length;
  const pending = promised.filter(({ read }) => read?.state === 'pending').length;
  const found = [
    ...after.why,
    ...counted(unread, 'acknowledged accounts were not read again afterwards'),
    ...counted(open, 'bills are open'),
    ...counted(pending, 'subscriptions are pending'),
  ];
  if (check === 'charged-once') {
    const changed = chargesOf(promised, before) !== chargesOf(promised, after);
    return changed ? [...found, 'the card network was still charging'] : found;
  }
  const missing = [...dueOf(promised).keys()].filter((due) => !mailsOf(promised, after).has(due)).length;
  const changed = mailsOf(promised, before).size !== mailsOf(promised, after).size;
  return [...found, ...counted(missing, 'mails have not come'), ...(changed ? ['mails were still coming'] : [])];
}

const counted = (count: number, what: string): string[] => (count === 0 ? [] : [`${count} ${what}`]);

/** By the checkers of saved histories. Well is only what was tried: something of ours since the fault began. */
export function judged(check: LiveCheck, heard: Heard): LiveAnswer {
  const answer = checked(check, heard);
  const { promised, after, faultAtMs = 0 } = heard;
  const ours = check === 'mailed-once' ? [...mailsOf(promised, after).values()].flat() : ourCharges(promised, after);
  if (answer.verdict !== 'ok' || ours.some(({ atMs }) => atMs >= faultAtMs)) return answer;
  const what = check === 'mailed-once' ? 'no mail came' : 'nobody was charged';
  return { ...answer, verdict: 'no-data', why: `${what} after the fault began` };
}

function checked(check: LiveCheck, { promised, after }: Heard): LiveAnswer {
  const acknowledged = promised.length;
  if (check === 'mailed-once') {
    const { verdict, lost, examples, why } = mailedOnce(readMails(mailLines(promised, after)));
    return { check, verdict, lost, acknowledged, examples, why };
  }
  const reader = new MoneyHistoryReader();
  for (const { money } of promised) for (const line of money) reader.add(line);
  for (const charge of ourCharges(promised, after)) reader.add(JSON.stringify({ type: 'charge-seen', ...charge }));
  if (after.charges) reader.add('{"type":"charges-complete"}');
  for (const sum of after.ledgers) reader.add(JSON.stringify({ type: 'ledger-seen', ...sum }));
  const { verdict, lost, examples, why, acknowledged: paying } = chargedOnce(reader.history());
  return { check, verdict, lost, acknowledged: paying, examples, why };
}

/** A bill is `<account>.<number>`, and the card network knows it as the reference. */
const accountOf = (reference: string): string => reference.slice(0, Math.max(0, reference.lastIndexOf('.')));

function ourCharges(promised: readonly Promised[], { charges }: Testimony): readonly Charge[] {
  const accounts = new Set(promised.map(({ account }) => account));
  return (charges ?? []).filter(({ reference }) => accounts.has(accountOf(reference)));
}

const chargesOf = (promised: readonly Promised[], testimony: Testimony): string =>
  JSON.stringify(ourCharges(promised, testimony).map(({ charge, state }) => [charge, state]));

/** A new account is welcomed; a bill that was paid or refused is written about once. By what it is about: the address. */
function dueOf(promised: readonly Promised[]): Map<string, string> {
  return new Map(
    promised.flatMap(({ account, mail, bills }) => [
      [account, mail] as const,
      ...[...bills].filter(([, state]) => settled.has(state)).map(([bill]) => [bill, mail] as const),
    ]),
  );
}
const settled: ReadonlySet<string> = new Set(['paid', 'refused']);

/** Mails to the accounts' own addresses, by what they are about: the bill that they name, else the account. */
function mailsOf(promised: readonly Promised[], { mails }: Testimony): Map<string, Mail[]> {
  const accounts = new Map(promised.map(({ mail, account }) => [mail, account]));
  const ours = (mails ?? []).filter(({ to }) => accounts.has(to));
  return Map.groupBy(ours, ({ text, to }) => /\(bill ([\w.-]+)\)/.exec(text)?.[1] ?? accounts.get(to)!);
}

/** As lines of the checker: what is due is due by the event of the first mail about it, so that a second one is too many. */
function* mailLines(promised: readonly Promised[], after: Testimony): Generator<string> {
  const seen = mailsOf(promised, after);
  for (const due of dueOf(promised).keys()) {
    const [first] = seen.get(due) ?? [];
    yield JSON.stringify({ type: 'mail-due', event: first === undefined ? `about ${due}` : eventOf(first) });
  }
  yield '{"type":"mails-due-complete"}';
  for (const mail of [...seen.values()].flat())
    yield JSON.stringify({
      ...{ type: 'mail-seen', event: eventOf(mail), messageId: mail.messageId, duplicates: mail.duplicates },
    });
  if (after.mails) yield '{"type":"mails-complete"}';
}

const eventOf = ({ headers, id }: Mail): string =>
  headers.find(({ key }) => key.toLowerCase() === 'x-faultflix-event')?.value ?? `of mail ${id}`;
