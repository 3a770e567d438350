import { randomUUID } from 'node:crypto';
import { backoffMs, type Clock } from '#base/clock.ts';
import { FaultflixError } from '#base/errors.ts';
import type { Rng } from '#base/rng.ts';
import { currentRequest } from '#kit/request-context.ts';
import { decode } from './codec.ts';
import { type ConsumerLog, consume } from './consumer.ts';
import { DocumentTransaction } from './document-transaction.ts';
import { type Engine, prefixEnd } from './engine.ts';
import type { KeyRing } from './key-ring.ts';
import { Keys } from './keys.ts';
import type { Collection, ConsumeOptions, ListQuery, Page, Store, Transaction } from './store.ts';

export interface DocumentStoreOptions {
  readonly engine: Engine;
  /** Whose collections these are. */
  readonly service: string;
  readonly ring: KeyRing;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log?: ConsumerLog;
}

export const transactDefaults = {
  /** Of the port. */
  attempts: 8,
  /** Full jitter: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/ */
  backoff: { firstMs: 5, maxMs: 200 },
} as const;

const MOST_ITEMS = 1_000;

/** The store over any engine. */
export class DocumentStore implements Store {
  readonly #options: DocumentStoreOptions;
  readonly #keys: Keys;

  constructor(options: DocumentStoreOptions) {
    this.#options = options;
    this.#keys = new Keys(options.service);
  }

  async get<T>(collection: Collection<T>, id: string): Promise<T | undefined> {
    const key = this.#keys.document(collection as Collection<unknown>, id);
    const row = await this.#options.engine.get(key);
    return row && decode(collection, key, row.value, this.#options.ring);
  }

  async list<T>(collection: Collection<T>, { prefix = '', after, limit }: ListQuery): Promise<Page<T>> {
    if (!(Number.isInteger(limit) && limit >= 1 && limit <= MOST_ITEMS))
      throw new FaultflixError('bad-input', `limit ${limit} of a list`, { expected: `1 to ${MOST_ITEMS}` });
    const base = this.#keys.documents(collection);
    const first = base + prefix;
    // The smallest string after `after`: no id has a character below "!".
    const from = after === undefined || after < prefix ? first : `${base}${after}\u0020`;
    const rows = await this.#options.engine.range({ from, to: prefixEnd(first), limit: limit + 1 });
    const items = rows.slice(0, limit).map(({ key, value }) => ({
      id: key.slice(base.length),
      value: decode(collection, key, value, this.#options.ring),
    }));
    return rows.length > limit ? { items, nextAfter: items.at(-1)!.id } : { items };
  }

  async transact<R>(body: (tx: Transaction) => Promise<R>): Promise<R> {
    const { clock, rng } = this.#options;
    for (let attempt = 0; attempt < transactDefaults.attempts; attempt++) {
      if (attempt > 0) await clock.sleep(rng.next() * backoffMs(attempt, transactDefaults.backoff));
      const tx = this.begin();
      const result = await body(tx);
      if (await tx.commit()) return result;
    }
    throw new FaultflixError('conflict', 'others kept changing what a transaction had read', {
      received: `${transactDefaults.attempts} attempts`,
      todo: 'try again later',
    });
  }

  consume(options: ConsumeOptions): Promise<void> {
    const { engine, clock, rng, log } = this.#options;
    return consume(options, { engine, clock, rng, log, keys: this.#keys, begin: () => this.begin() });
  }

  close(): Promise<void> {
    return this.#options.engine.close();
  }

  /** One attempt at a transaction. */
  begin(): DocumentTransaction {
    const { engine, ring, clock } = this.#options;
    const request = currentRequest();
    return new DocumentTransaction({
      engine,
      ring,
      keys: this.#keys,
      id: randomUUID(),
      beganAtMs: clock.now(),
      traceparent: request && `00-${request.traceId}-${request.spanId}-${request.sampled ? '01' : '00'}`,
    });
  }
}
