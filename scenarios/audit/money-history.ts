import { FaultflixError } from '#base/errors.ts';

/**
 * What is known of money, by three witnesses that do not know each other: viewers (what they were told), the card network
 * (what it took), and what the platform says afterwards. One JSON object a line:
 *
 *     {"type":"subscription-acknowledged","atMs":…,"account":"a1","plan":"basic"}        a viewer was told: active
 *     {"type":"subscription-ended-by-viewer","atMs":…,"account":"a1"}                    a viewer cancelled, and was told so
 *     {"type":"subscription-seen","atMs":…,"account":"a1","plan":"basic","state":"active"}   asked afterwards
 *     {"type":"bill-seen","atMs":…,"account":"a1","bill":"a1.1","amountMinor":799,"currency":"USD","state":"paid"}
 *     {"type":"charge-seen","atMs":…,"charge":"ch-1","reference":"a1.1","amountMinor":799,"currency":"USD","state":"captured"}
 *     {"type":"charges-complete","atMs":…}                                               the card network's list was read to its end
 *     {"type":"ledger-seen","atMs":…,"currency":"USD","sumMinor":0,"entries":2}
 */
export interface MoneyHistory {
  readonly acknowledged: readonly Acknowledged[];
  /** By account: the last that the platform said. */
  readonly subscriptions: ReadonlyMap<string, { readonly plan: string; readonly state: string }>;
  readonly cancelled: ReadonlySet<string>;
  readonly bills: readonly SeenBill[];
  readonly charges: readonly SeenCharge[];
  readonly chargesComplete: boolean;
  readonly ledgers: readonly SeenLedger[];
}

export interface Acknowledged {
  readonly account: string;
  readonly plan: string;
  readonly atMs: number;
}

interface Amount {
  readonly amountMinor: number;
  readonly currency: string;
}

export interface SeenBill extends Amount {
  readonly account: string;
  readonly bill: string;
  readonly state: string;
}

export interface SeenCharge extends Amount {
  readonly charge: string;
  /** The bill, as the card network was told. */
  readonly reference: string;
  readonly state: string;
}

export interface SeenLedger {
  readonly currency: string;
  readonly sumMinor: number;
  readonly entries: number;
}

type Shape = Readonly<Record<string, 'string' | 'number'>>;
const amount: Shape = { amountMinor: 'number', currency: 'string' };
const shapes: Readonly<Record<string, Shape>> = {
  'subscription-acknowledged': { atMs: 'number', account: 'string', plan: 'string' },
  'subscription-ended-by-viewer': { account: 'string' },
  'subscription-seen': { account: 'string', plan: 'string', state: 'string' },
  'bill-seen': { account: 'string', bill: 'string', state: 'string', ...amount },
  'charge-seen': { charge: 'string', reference: 'string', state: 'string', ...amount },
  'charges-complete': {},
  'ledger-seen': { currency: 'string', sumMinor: 'number', entries: 'number' },
};

/** Reads a history line by line. Other lines are skipped; one of these that is not whole is `bad-input`, never skipped. */
export class MoneyHistoryReader {
  readonly #acknowledged: Acknowledged[] = [];
  readonly #subscriptions = new Map<string, { plan: string; state: string }>();
  readonly #cancelled = new Set<string>();
  readonly #bills = new Map<string, SeenBill>();
  readonly #charges = new Map<string, SeenCharge>();
  readonly #ledgers = new Map<string, SeenLedger>();
  #chargesComplete = false;
  #number = 0;

  add(text: string): void {
    this.#number += 1;
    const line = lineOf(text);
    const shape = line && Object.hasOwn(shapes, line.type) ? shapes[line.type] : undefined;
    if (line === undefined || shape === undefined) return;
    for (const [field, type] of Object.entries(shape)) {
      const value = line[field];
      const right = type === 'number' ? Number.isSafeInteger(value) : typeof value === 'string' && value !== '';
      if (!right)
        throw new FaultflixError('bad-input', `${line.type} lacks a ${field}`, {
          where: `line ${this.#number}`,
          expected: type === 'number' ? 'a whole number' : 'a text',
          received: JSON.stringify(value),
        });
    }
    this.#take(line);
  }

  history(): MoneyHistory {
    return {
      acknowledged: this.#acknowledged,
      subscriptions: this.#subscriptions,
      cancelled: this.#cancelled,
      bills: [...this.#bills.values()],
      charges: [...this.#charges.values()],
      chargesComplete: this.#chargesComplete,
      ledgers: [...this.#ledgers.values()],
    };
  }

  /** The newest of what is seen several times holds. */
  #take(line: Checked): void {
    const { account, plan, state } = line as unknown as { account: string; plan: string; state: string };
    switch (line.type) {
      case 'subscription-acknowledged':
        this.#acknowledged.push(line as unknown as Acknowledged);
        this.#cancelled.delete(account);
        break;
      case 'subscription-ended-by-viewer':
        this.#cancelled.add(account);
        break;
      case 'subscription-seen':
        this.#subscriptions.set(account, { plan, state });
        break;
      case 'bill-seen':
        this.#bills.set(line.bill as string, line as unknown as SeenBill);
        break;
      case 'charge-seen':
        this.#charges.set(line.charge as string, line as unknown as SeenCharge);
        break;
      case 'charges-complete':
        this.#chargesComplete = true;
        break;
      case 'ledger-seen':
        this.#ledgers.set(line.currency as string, line as unknown as SeenLedger);
        break;
    }
  }
}

type Checked = Readonly<Record<string, unknown>> & { readonly type: string };

function lineOf(text: string): Checked | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    const value = JSON.parse(text) as Checked;
    return typeof value.type === 'string' ? value : undefined;
  } catch {
    return undefined; // a log's line
  }
}
