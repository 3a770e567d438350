import { parseLine, type ToldLine } from '../../load/stream.ts';

type Told<T extends ToldLine['type']> = Extract<ToldLine, { type: T }>;

/** What one viewer was told of its account, and what it last read. */
export interface Promised {
  readonly account: string;
  readonly mail: string;
  /** Lines of money-history.ts, as they came. */
  readonly money: readonly string[];
  /** By bill: the newest state. */
  readonly bills: ReadonlyMap<string, string>;
  /** The newest reading, and when it was asked for; undefined when there was none. */
  readonly read?: { readonly atMs: number; readonly state: string };
}

/** The accounts that viewers were told they have: of the load stream, line by line; all else is skipped. */
export class Promises {
  readonly #accounts = new Map<string, { mail: string; atMs: number }>();
  readonly #money = new Map<string, Set<string>>();
  readonly #bills = new Map<string, Map<string, Told<'bill-seen'>>>();
  readonly #read = new Map<string, Told<'subscription-seen'>>();

  add(text: string): void {
    const line = parseLine(text);
    switch (line?.type) {
      case 'account-acknowledged':
        this.#accounts.set(line.account, { mail: line.mail, atMs: line.atMs });
        return;
      case 'subscription-acknowledged':
        break;
      case 'bill-seen': {
        const bills = this.#bills.get(line.account) ?? new Map<string, Told<'bill-seen'>>();
        this.#bills.set(line.account, bills);
        if ((bills.get(line.bill)?.atMs ?? 0) <= line.atMs) bills.set(line.bill, line);
        break;
      }
      case 'subscription-seen':
        if ((this.#read.get(line.account)?.atMs ?? 0) <= line.atMs) this.#read.set(line.account, line);
        break;
      default:
        return;
    }
    // A log that is read again from its beginning repeats its lines.
    const lines = this.#money.get(line.account) ?? new Set();
    this.#money.set(line.account, lines.add(text));
  }

  /** Those that were acknowledged until then, epoch ms: later ones are still on their way. */
  until(untilMs: number): readonly Promised[] {
    return [...this.#accounts]
      .filter(([, { atMs }]) => atMs <= untilMs)
      .map(([account, { mail }]) => {
        const read = this.#read.get(account);
        const bills = [...(this.#bills.get(account) ?? [])].map(([bill, { state }]) => [bill, state] as const);
        return {
          account,
          mail,
          money: [...(this.#money.get(account) ?? [])],
          bills: new Map(bills),
          ...(read ? { read: { atMs: read.atMs, state: read.state } } : {}),
        };
      });
  }
}
