import { readFile } from 'node:fs/promises';
import { request as http } from 'node:http';
import { request as https } from 'node:https';
import { text } from 'node:stream/consumers';
import { FaultflixError } from '#base/errors.ts';

/** Where those are asked who do not know each other. URLs without a path. */
export interface WitnessOptions {
  readonly cardNetwork: string;
  readonly mailbox: string;
  /** Operations of billing's pods: their metrics have the ledger's sum. */
  readonly ledgers: readonly string[];
  /** File of the CA that signs card network and mailbox. */
  readonly caFile: string;
}

export interface Charge {
  readonly charge: string;
  readonly reference: string;
  readonly state: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly atMs: number;
}

export interface Mail {
  readonly id: string;
  readonly messageId: string;
  readonly to: string;
  readonly text: string;
  readonly headers: readonly { readonly key: string; readonly value: string }[];
  readonly duplicates: number;
  readonly atMs: number;
}

export interface LedgerSum {
  readonly currency: string;
  readonly sumMinor: number;
  readonly entries: number;
}

/** What they say, each read to its end; undefined: it could not be asked, and `why` says so. */
export interface Testimony {
  readonly charges: readonly Charge[] | undefined;
  readonly mails: readonly Mail[] | undefined;
  readonly ledgers: readonly LedgerSum[];
  readonly why: readonly string[];
}

const TIMEOUT_MS = 5_000;
const PAGE = 1_000;
/** No list here is longer: one that does not end must not keep the audit for ever. */
const MOST_PAGES = 1_000;

export class Witnesses {
  readonly #options: WitnessOptions;
  #ca: Promise<Buffer> | undefined;

  constructor(options: WitnessOptions) {
    this.#options = options;
  }

  /** Never rejects: a witness that cannot be asked says nothing, which is never in anybody's favour. */
  async testimony(): Promise<Testimony> {
    const { cardNetwork, mailbox, ledgers } = this.#options;
    const why: string[] = [];
    const asked = async <T>(who: string, work: Promise<T>): Promise<T | undefined> =>
      work.catch((thrown: unknown) => {
        why.push(`${who} could not be asked: ${(thrown as Error).message}`);
        return undefined;
      });
    const [charges, mails, ...sums] = await Promise.all([
      asked('the card network', this.#all<Charge>(`${cardNetwork}/v1/charges`, 'charges')),
      asked('the mailbox', this.#all<Mail>(`${mailbox}/v1/mails`, 'mails')),
      ...ledgers.map((pod) => this.#get(`${pod}/metrics`).then(ledgerSums, () => [])),
    ]);
    return { charges, mails, ledgers: merged(sums.flat()), why };
  }

  async #all<T>(url: string, field: string): Promise<T[]> {
    const found: T[] = [];
    let after = '';
    for (let page = 0; page < MOST_PAGES; page++) {
      const query = new URLSearchParams({ limit: String(PAGE), ...(after === '' ? {} : { after }) });
      const answer = JSON.parse(await this.#get(`${url}?${query}`)) as Record<string, unknown>;
      const items = answer[field];
      if (!Array.isArray(items)) throw new FaultflixError('unavailable', `an answer without ${field}`, { where: url });
      found.push(...(items as T[]));
      if (typeof answer.nextAfter !== 'string') return found;
      after = answer.nextAfter;
    }
    throw new FaultflixError('unavailable', 'a list without an end', { where: url });
  }

  async #get(url: string): Promise<string> {
    const secure = url.startsWith('https:');
    this.#ca ??= readFile(this.#options.caFile);
    const options = { timeout: TIMEOUT_MS, agent: false, ...(secure ? { ca: await this.#ca } : {}) } as const;
    return new Promise((resolve, reject) => {
      const sent = (secure ? https : http)(url, { ...options, signal: AbortSignal.timeout(TIMEOUT_MS) }, (answer) => {
        text(answer).then((body) => {
          if (answer.statusCode === 200) resolve(body);
          else reject(new FaultflixError('unavailable', `status ${answer.statusCode}`, { where: url }));
        }, reject);
      });
      sent.once('error', reject);
      sent.end();
    });
  }
}

/** Of the text that Prometheus reads. */
export function ledgerSums(metrics: string): LedgerSum[] {
  const values = (name: string) =>
    new Map(
      [...metrics.matchAll(new RegExp(`^${name}\\{currency="([A-Z]+)"\\} (-?[\\d.e+]+)$`, 'gm'))].map(
        ([, currency, value]) => [currency!, Number(value)] as const,
      ),
    );
  const entries = values('faultflix_billing_ledger_entries');
  return [...values('faultflix_billing_ledger_sum_minor')].map(([currency, sumMinor]) => ({
    ...{ currency, sumMinor, entries: entries.get(currency) ?? 0 },
  }));
}

/** Pods add up at different times: one whose sum is not zero is believed before all others, then the longest. */
function merged(sums: readonly LedgerSum[]): LedgerSum[] {
  return [...Map.groupBy(sums, ({ currency }) => currency).values()].map(
    (same) =>
      same.find(({ sumMinor }) => sumMinor !== 0) ?? same.reduce((a, b) => (b.entries > a.entries ? b : a), same[0]!),
  );
}
