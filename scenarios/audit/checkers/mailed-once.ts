import { FaultflixError } from '#base/errors.ts';

/**
 * What is known of mails, by two witnesses. One JSON object a line:
 *
 *     {"type":"mail-due","event":"e1"}                                                       the store's events that ask for a mail
 *     {"type":"mails-due-complete"}                                                          they were read to their end
 *     {"type":"mail-seen","event":"e1","messageId":"<e1@faultflix.test>","duplicates":0}      the mailbox
 *     {"type":"mails-complete"}                                                              it was read to its end, afterwards
 */
export interface MailHistory {
  readonly due: ReadonlySet<string>;
  readonly dueComplete: boolean;
  readonly seen: readonly SeenMail[];
  readonly seenComplete: boolean;
}

export interface SeenMail {
  readonly event: string;
  readonly messageId: string;
  /** How often it came again and was dropped by its Message-ID. */
  readonly duplicates: number;
}

export interface MailAnswer {
  readonly check: 'mailed-once';
  /** `no-data`: nothing speaks against it, and too little for it. Never to be taken for ok. */
  readonly verdict: 'ok' | 'lost' | 'no-data';
  readonly lost: number;
  readonly due: number;
  readonly mails: number;
  /** Repetitions that the receiver dropped: allowed, since a death between acceptance and mark makes one. */
  readonly dropped: number;
  readonly examples: readonly { readonly about: string; readonly why: string }[];
  readonly why: string;
}

const MOST_EXAMPLES = 5;

/** Each event that asks for a mail has one in the mailbox, under its own Message-ID, and the mailbox has no other of ours. */
export function mailedOnce({ due, dueComplete, seen, seenComplete }: MailHistory): MailAnswer {
  const byEvent = Map.groupBy(seen, ({ event }) => event);
  const wrongs: { about: string; why: string }[] = [];
  for (const [event, mails] of byEvent) {
    const about = `event ${event}`;
    if (mails.length > 1) wrongs.push({ about, why: `${mails.length} mails` });
    const strange = mails.find(({ messageId }) => messageId !== `<${event}@faultflix.test>`);
    if (strange) wrongs.push({ about, why: `its Message-ID is ${strange.messageId}` });
    if (dueComplete && !due.has(event)) wrongs.push({ about, why: 'a mail that no event asked for' });
  }
  if (seenComplete)
    for (const event of due) if (!byEvent.has(event)) wrongs.push({ about: `event ${event}`, why: 'no mail' });
  const figures = {
    check: 'mailed-once' as const,
    lost: wrongs.length,
    due: due.size,
    mails: seen.length,
    dropped: seen.reduce((sum, { duplicates }) => sum + duplicates, 0),
    examples: wrongs.slice(0, MOST_EXAMPLES),
  };
  if (wrongs.length > 0) return { ...figures, verdict: 'lost', why: `${wrongs.length} things are wrong` };
  if (due.size === 0) return { ...figures, verdict: 'no-data', why: 'no event asked for a mail' };
  if (!dueComplete) return { ...figures, verdict: 'no-data', why: 'the events were not read to the end' };
  if (!seenComplete) return { ...figures, verdict: 'no-data', why: 'the mailbox was not read to the end' };
  return { ...figures, verdict: 'ok', why: `${due.size} events, a mail each` };
}

/** Other lines are skipped; one of these that is not whole is `bad-input`, never skipped. */
export function readMails(lines: Iterable<string>): MailHistory {
  const due = new Set<string>();
  const seen: SeenMail[] = [];
  const complete = { due: false, seen: false };
  let number = 0;
  for (const text of lines) {
    number += 1;
    const line = lineOf(text);
    const where = `line ${number}`;
    if (line?.type === 'mails-due-complete') complete.due = true;
    else if (line?.type === 'mails-complete') complete.seen = true;
    else if (line?.type === 'mail-due') due.add(textOf(line, 'event', where));
    else if (line?.type === 'mail-seen') {
      const { duplicates } = line;
      if (!Number.isSafeInteger(duplicates) || (duplicates as number) < 0)
        throw new FaultflixError('bad-input', 'mail-seen lacks duplicates', { where, expected: 'a whole number' });
      const event = textOf(line, 'event', where);
      seen.push({ event, messageId: textOf(line, 'messageId', where), duplicates: duplicates as number });
    }
  }
  return { due, dueComplete: complete.due, seen, seenComplete: complete.seen };
}

type Read = Readonly<Record<string, unknown>>;

function textOf(line: Read, field: string, where: string): string {
  const value = line[field];
  if (typeof value === 'string' && value !== '') return value;
  throw new FaultflixError('bad-input', `${String(line.type)} lacks ${field}`, { where, expected: 'a text' });
}

function lineOf(text: string): Read | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    return JSON.parse(text) as Read;
  } catch {
    return undefined; // a log's line
  }
}
