import type { Logger } from 'pino';
import type { Clock } from '#base/clock.ts';
import { messageOf } from '#base/errors.ts';
import type { Metrics } from '#kit/metrics.ts';
import type { Store } from '#platform/stores/store.ts';
import { ledger } from './collections.ts';
import { sumOf } from './ledger.ts';

const EVERY_MS = 60_000;
const PAGE = 1_000;

/** By currency; the sum of a ledger that is right is 0. */
export type Sums = ReadonlyMap<string, { readonly sumMinor: number; readonly entries: number }>;

export async function sumLedger(store: Pick<Store, 'list'>, signal?: AbortSignal): Promise<Sums> {
  const sums = new Map<string, { sumMinor: number; entries: number }>();
  let after: string | undefined;
  do {
    const page = await store.list(ledger, { limit: PAGE, ...(after === undefined ? {} : { after }) });
    for (const { value } of page.items) {
      const { sumMinor, entries } = sums.get(value.currency) ?? { sumMinor: 0, entries: 0 };
      sums.set(value.currency, { sumMinor: sumMinor + sumOf(value), entries: entries + 1 });
    }
    after = page.nextAfter;
  } while (after !== undefined && !signal?.aborted);
  return sums;
}

export interface LedgerWatch {
  readonly store: Pick<Store, 'list'>;
  readonly clock: Clock;
  readonly metrics: Pick<Metrics, 'gauge'>;
  readonly log: Pick<Logger, 'warn' | 'error'>;
  readonly signal: AbortSignal;
}

/** Adds the whole ledger up, time and again, and shows what it comes to. */
export async function watchLedger({ store, clock, metrics, log, signal }: LedgerWatch): Promise<void> {
  const sum = metrics.gauge({
    name: 'billing_ledger_sum_minor',
    help: 'Sum of the ledger; always 0',
    labels: ['currency'],
  });
  const count = metrics.gauge({ name: 'billing_ledger_entries', help: 'Entries of the ledger', labels: ['currency'] });
  while (!signal.aborted) {
    await sumLedger(store, signal).then(
      (sums) => {
        if (signal.aborted) return;
        for (const [currency, { sumMinor, entries }] of sums) {
          sum.set({ currency }, sumMinor);
          count.set({ currency }, entries);
          if (sumMinor !== 0) log.error({ currency, sumMinor }, 'the ledger does not balance');
        }
      },
      (thrown) => log.warn({ why: messageOf(thrown) }, 'the ledger cannot be read'),
    );
    await clock.sleep(EVERY_MS, signal).catch(() => undefined);
  }
}
