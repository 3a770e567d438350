/**
 * The port of what must not be lost: documents in collections, transactions over them, and the events that a transaction
 * emits together with its writes. Services use this; an engine (`engines/`) stores bytes and knows nothing of schemas,
 * encryption or migrations. Every engine passes `test/contract/stores`.
 */
import type { z } from 'zod';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Documents of one kind. Made once, at module level, by `defineCollection`. */
export interface Collection<T> {
  /** Lower-case words: `accounts`. Part of every key. */
  readonly name: string;
  readonly schema: z.ZodType<T>;
  /** Of the documents as they are written now; read documents of older versions pass through `migrations`. */
  readonly version: number;
  /** From the version that is the key to the next one. Forward only: old pods leave newer documents alone. */
  readonly migrations: Readonly<Record<number, (old: Json) => Json>>;
  /** At rest as AES-256-GCM with a key of the key ring; ids stay readable, so they must say nothing of a person. */
  readonly encrypted: boolean;
}

export interface Found<T> {
  readonly id: string;
  readonly value: T;
}

export interface Page<T> {
  /** By id. */
  readonly items: readonly Found<T>[];
  /** `after` of the next page; absent on the last. */
  readonly nextAfter?: string;
}

export interface ListQuery {
  /** Only ids that begin so. */
  readonly prefix?: string;
  readonly after?: string;
  /** 1 to 1,000. */
  readonly limit: number;
}

export interface NewEvent {
  /** `noun.happened`: `account.created`. */
  readonly type: string;
  /** Whom it is about: an id, never a mail address. */
  readonly subject: string;
  readonly data: Json;
}

export interface StoredEvent extends NewEvent {
  /** Unique, the same on every delivery. */
  readonly id: string;
  /** When its transaction began, by the clock of the pod that emitted it; milliseconds since the epoch. */
  readonly atMs: number;
  /** W3C traceparent of the request that emitted it, if any. */
  readonly traceparent?: string;
}

/** Reads see the newest committed state; all of them, and all writes, count only if nothing read has changed by then. */
export interface Transaction {
  get<T>(collection: Collection<T>, id: string): Promise<T | undefined>;
  put<T>(collection: Collection<T>, id: string, value: T, options?: { readonly ttlMs?: number }): void;
  delete<T>(collection: Collection<T>, id: string): void;
  emit(event: NewEvent): void;
}

export interface ConsumeOptions {
  /** Name of the group: each event is handled once by the group, however many replicas it has, in order of commit. */
  readonly consumer: string;
  readonly types: readonly string[];
  /**
   * What is written through `tx` commits together with the consumer's position: exactly once. What it does elsewhere
   * (a mail) may be done again after a crash, with the same event id. Throwing leaves the event; it comes again later.
   */
  readonly handle: (event: StoredEvent, tx: Transaction) => Promise<void>;
  readonly signal: AbortSignal;
}

/** Rejects with `unavailable` or `deadline-exceeded` when the engine cannot be asked; `internal` for what cannot be read. */
export interface Store {
  get<T>(collection: Collection<T>, id: string): Promise<T | undefined>;
  list<T>(collection: Collection<T>, query: ListQuery): Promise<Page<T>>;
  /**
   * Runs the body, again when something it read was changed meanwhile (at most 8 times, then `conflict`), and commits.
   * Resolves only when what was written is durable on a majority. A body must do nothing outside of `tx`.
   * An `unavailable` after the commit was sent may mean either: repeat with the same ids, and look first.
   */
  transact<R>(body: (tx: Transaction) => Promise<R>): Promise<R>;
  /** Runs until the signal aborts. Of many replicas one at a time consumes; another takes over within seconds. */
  consume(options: ConsumeOptions): Promise<void>;
  close(): Promise<void>;
}

export type CollectionOptions<T> = Pick<Collection<T>, 'name' | 'schema'> & Partial<Collection<T>>;

export function defineCollection<T>(options: CollectionOptions<T>): Collection<T> {
  return { version: 1, migrations: {}, encrypted: false, ...options };
}
