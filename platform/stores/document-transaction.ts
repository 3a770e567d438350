import { FaultflixError } from '#base/errors.ts';
import { decode, encode } from './codec.ts';
import type { Condition, Engine, Row, Write } from './engine.ts';
import type { KeyRing } from './key-ring.ts';
import type { Keys } from './keys.ts';
import type { Collection, NewEvent, StoredEvent, Transaction } from './store.ts';

/** etcd takes 128 operations of a kind in one transaction unless told otherwise (`--max-txn-ops`). */
const MOST_OPERATIONS = 128;

/** Long enough for a consumer that was away for a day. */
export const EVENT_TTL_MS = 24 * 3_600_000;

export interface TransactionParts {
  readonly engine: Pick<Engine, 'get' | 'commit'>;
  readonly keys: Keys;
  readonly ring: KeyRing;
  /** Unique among transactions; events get their ids from it. */
  readonly id: string;
  readonly beganAtMs: number;
  readonly traceparent: string | undefined;
}

/** One attempt: what was read, with its revisions, and what is to be written. */
export class DocumentTransaction implements Transaction {
  readonly #parts: TransactionParts;
  readonly #read = new Map<string, Row | undefined>();
  readonly #writes = new Map<string, Write>();
  #events = 0;
  #ended = false;

  constructor(parts: TransactionParts) {
    this.#parts = parts;
  }

  async get<T>(collection: Collection<T>, id: string): Promise<T | undefined> {
    this.#mustRun();
    const { keys, ring } = this.#parts;
    const key = keys.document(collection as Collection<unknown>, id);
    const written = this.#writes.get(key);
    if (written) return written.value === null ? undefined : decode(collection, key, written.value, ring);
    const row = await this.read(key);
    return row && decode(collection, key, row.value, ring);
  }

  put<T>(collection: Collection<T>, id: string, value: T, { ttlMs }: { readonly ttlMs?: number } = {}): void {
    this.#mustRun();
    if (ttlMs !== undefined && !(ttlMs >= 1))
      throw new FaultflixError('bad-input', `ttlMs ${ttlMs} of ${collection.name} is no time to live`);
    const key = this.#parts.keys.document(collection as Collection<unknown>, id);
    this.write({ key, value: encode(collection, key, value, this.#parts.ring), ttlMs });
  }

  delete<T>(collection: Collection<T>, id: string): void {
    this.#mustRun();
    this.write({ key: this.#parts.keys.document(collection as Collection<unknown>, id), value: null });
  }

  emit({ type, subject, data }: NewEvent): void {
    this.#mustRun();
    const { id: transaction, beganAtMs: atMs, traceparent, keys } = this.#parts;
    const id = `${transaction}-${String(this.#events++).padStart(3, '0')}`;
    const event: StoredEvent = { id, type, subject, data, atMs, ...(traceparent ? { traceparent } : {}) };
    this.write({ key: keys.event(id), value: Buffer.from(JSON.stringify(event)), ttlMs: EVENT_TTL_MS });
  }

  /** The same row however often it is asked for. */
  async read(key: string): Promise<Row | undefined> {
    if (this.#read.has(key)) return this.#read.get(key);
    const row = await this.#parts.engine.get(key);
    // Two reads of one key at once: the first that came counts.
    if (!this.#read.has(key)) this.#read.set(key, row);
    return this.#read.get(key);
  }

  write(write: Write): void {
    this.#writes.set(write.key, write);
  }

  /** False when something that was read has changed. */
  async commit(): Promise<boolean> {
    this.#mustRun();
    this.#ended = true;
    const conditions: Condition[] = [...this.#read].map(([key, row]) => ({ key, revision: row?.revision ?? 0 }));
    const writes = [...this.#writes.values()];
    if (Math.max(conditions.length, writes.length) > MOST_OPERATIONS)
      throw new FaultflixError('too-large', 'a transaction of too many documents', {
        expected: `at most ${MOST_OPERATIONS} reads and ${MOST_OPERATIONS} writes and events`,
        received: `${conditions.length} reads, ${writes.length} writes and events`,
      });
    // One read alone is consistent with itself.
    if (writes.length === 0 && conditions.length <= 1) return true;
    return this.#parts.engine.commit({ conditions, writes });
  }

  #mustRun(): void {
    if (this.#ended) throw new FaultflixError('internal', 'a transaction was used after its body had ended');
  }
}
