/**
 * What a store's engine does: bytes under keys, conditions, time to live, and what changed in order. It knows nothing of
 * schemas, encryption or events: those are `document-store.ts`, the same for every engine.
 */
export interface Row {
  /** Printable ASCII: the order of strings is that of bytes. */
  readonly key: string;
  readonly value: Uint8Array;
  /** Of the commit that wrote it last: greater than that of every commit before. Never 0. */
  readonly revision: number;
}

export interface Range {
  /** First key that may be found. */
  readonly from: string;
  /** First key that may not. */
  readonly to: string;
  readonly limit: number;
}

export interface Condition {
  readonly key: string;
  /** 0: there must be no such row. */
  readonly revision: number;
}

export type Write =
  /** `ttlMs`: the row stays at least so long, and is gone at most a tenth of it or five seconds later. */
  | { readonly key: string; readonly value: Uint8Array; readonly ttlMs?: number | undefined }
  | { readonly key: string; readonly value: null };

export interface Commit {
  readonly conditions: readonly Condition[];
  /** At most one of a key. */
  readonly writes: readonly Write[];
}

export interface Changes {
  readonly prefix: string;
  readonly afterRevision: number;
  readonly signal: AbortSignal;
}

/** Rejects with `unavailable` or `deadline-exceeded` when it cannot be asked. */
export interface Engine {
  /** The newest committed row, whichever client committed it. */
  get(key: string): Promise<Row | undefined>;
  /** By key. */
  range(range: Range): Promise<readonly Row[]>;
  /**
   * All writes or none; `false` when a condition does not hold. Resolves when durable. An `unavailable` may mean either:
   * an engine must never send a commit again that may have been taken.
   */
  commit(commit: Commit): Promise<boolean>;
  /**
   * Rows below the prefix that were written after the revision, by revision, then key; goes on with what is written from
   * then on until the signal aborts, and ends. A row that was written again meanwhile may come once alone.
   */
  changes(changes: Changes): AsyncIterable<Row>;
  close(): Promise<void>;
}

/** The first string that is after all that begin with `prefix`. */
export function prefixEnd(prefix: string): string {
  const last = prefix.length - 1;
  return prefix.slice(0, last) + String.fromCharCode(prefix.charCodeAt(last) + 1);
}
