import type { Logger } from 'pino';
import type { Clock } from '#base/clock.ts';
import { messageOf } from '#base/errors.ts';
import type { Metrics } from '#kit/metrics.ts';
import type { Transaction } from '#platform/stores/store.ts';
import { type Changes, type Documents, write } from './changes.ts';
import type { Charging } from './charging.ts';
import { bills, type Duty, duties, subscriptions } from './collections.ts';
import { periodOver, tryAgain } from './renewals.ts';

export interface DutiesParts {
  readonly store: Documents;
  readonly charging: Pick<Charging, 'settle'>;
  readonly clock: Clock;
  readonly metrics: Pick<Metrics, 'counter'>;
  readonly log: Pick<Logger, 'warn'>;
  /** How long the card network is waited for; 4 s unless told, since nobody waits for a duty. */
  readonly timeoutMs?: number;
}

const POLL_MS = 2_000;
const PAGE = 100;
const MOST_PAGES = 20;
const TIMEOUT_MS = 4_000;

/**
 * What is to be done at a time: renewals, dunning, charges whose outcome is unknown. Every pod looks; whose transaction
 * takes the duty away does it, so each is done once, by whichever pod is left.
 */
export class Duties {
  readonly #parts: DutiesParts;
  readonly #done;

  constructor(parts: DutiesParts) {
    this.#parts = parts;
    this.#done = parts.metrics.counter({
      name: 'billing_duties_total',
      help: 'Duties taken up',
      labels: ['kind', 'result'],
    });
  }

  /** Until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#parts;
    while (!signal.aborted) {
      await this.once(signal).catch((thrown) => log.warn({ why: messageOf(thrown) }, 'duties cannot be read'));
      await clock.sleep(POLL_MS, signal).catch(() => undefined);
    }
  }

  /** Takes up everything that is due now; resolves with how many that were. One that fails does not hold up the next. */
  async once(signal?: AbortSignal): Promise<number> {
    const { store, clock, log } = this.#parts;
    const nowMs = clock.now();
    let taken = 0;
    let after: string | undefined;
    for (let page = 0; page < MOST_PAGES; page++) {
      const { items, nextAfter } = await store.list(duties, { limit: PAGE, ...(after === undefined ? {} : { after }) });
      for (const { value } of items) {
        if (value.dueMs > nowMs || signal?.aborted) return taken;
        taken += 1;
        const { kind, of } = value;
        await this.#do(value).then(
          () => this.#done.inc({ kind, result: 'done' }),
          (thrown: unknown) => {
            this.#done.inc({ kind, result: 'failed' });
            log.warn({ kind, of, why: messageOf(thrown) }, 'a duty could not be done: it comes again');
          },
        );
      }
      if (nextAfter === undefined) return taken;
      after = nextAfter;
    }
    return taken;
  }

  async #do(duty: Duty): Promise<void> {
    const { charging, clock, timeoutMs = TIMEOUT_MS } = this.#parts;
    const nowMs = clock.now();
    switch (duty.kind) {
      case 'settle':
        return charging.settle(duty.of, { timeoutMs });
      case 'period':
        return this.#take(duty, async (tx) =>
          periodOver(await tx.get(subscriptions, duty.of), { dueMs: duty.dueMs, nowMs }),
        );
      case 'dun':
        return this.#take(duty, async (tx) => {
          const bill = await tx.get(bills, duty.of);
          const subscription = bill && (await tx.get(subscriptions, bill.account));
          return tryAgain({ subscription, bill, dutyId: duty.id, nowMs });
        });
    }
  }

  #take({ id }: Duty, decide: (tx: Transaction) => Promise<Changes>): Promise<void> {
    return this.#parts.store.transact(async (tx) => {
      if ((await tx.get(duties, id)) === undefined) return;
      write(tx, { ...(await decide(tx)), done: [id] });
    });
  }
}
