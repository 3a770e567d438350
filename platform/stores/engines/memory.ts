import type { Clock } from '#base/clock.ts';
import type { Changes, Commit, Engine, Range, Row } from '../engine.ts';

interface KeptRow extends Row {
  readonly expiresAtMs: number;
}

/** One process's memory: for tests, and for one service tried alone. What it keeps goes with the process. */
export class MemoryEngine implements Engine {
  readonly #clock: Clock;
  readonly #rows = new Map<string, KeptRow>();
  /** Keys in order; also of rows that have expired and were not asked for since. */
  readonly #keys: string[] = [];
  readonly #followers = new Set<(rows: readonly Row[]) => void>();
  #revision = 0;

  constructor({ clock }: { readonly clock: Clock }) {
    this.#clock = clock;
  }

  async get(key: string): Promise<Row | undefined> {
    return this.#live(key);
  }

  async range({ from, to, limit }: Range): Promise<readonly Row[]> {
    const found: Row[] = [];
    for (let i = this.#position(from); i < this.#keys.length && found.length < limit; i++) {
      if (this.#keys[i]! >= to) break;
      const row = this.#alive(this.#keys[i]!);
      if (row) found.push(row);
    }
    return found;
  }

  async commit({ conditions, writes }: Commit): Promise<boolean> {
    if (conditions.some(({ key, revision }) => (this.#live(key)?.revision ?? 0) !== revision)) return false;
    if (writes.length === 0) return true;
    this.#revision += 1;
    const changed: KeptRow[] = [];
    for (const write of writes) {
      if (write.value === null) this.#remove(write.key);
      else {
        const { key, value, ttlMs = Number.POSITIVE_INFINITY } = write;
        const expiresAtMs = this.#clock.now() + ttlMs;
        changed.push({ key, value: Uint8Array.from(value), revision: this.#revision, expiresAtMs });
      }
    }
    changed.sort((a, b) => (a.key < b.key ? -1 : 1));
    for (const row of changed) this.#keep(row);
    for (const tell of [...this.#followers]) tell(changed);
    return true;
  }

  async *changes({ prefix, afterRevision, signal }: Changes): AsyncIterable<Row> {
    const queue: Row[] = [...this.#rows.values()]
      .filter(({ key, revision }) => key.startsWith(prefix) && revision > afterRevision && this.#alive(key))
      .sort((a, b) => a.revision - b.revision || (a.key < b.key ? -1 : 1));
    let wake = () => {};
    const follow = (rows: readonly Row[]) => {
      queue.push(...rows.filter(({ key }) => key.startsWith(prefix)));
      wake();
    };
    const stop = () => wake();
    this.#followers.add(follow);
    signal.addEventListener('abort', stop);
    try {
      while (!signal.aborted) {
        const row = queue.shift();
        if (row) yield row;
        else
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
      }
    } finally {
      this.#followers.delete(follow);
      signal.removeEventListener('abort', stop);
    }
  }

  async close(): Promise<void> {}

  #live(key: string): KeptRow | undefined {
    const row = this.#alive(key);
    if (row === undefined) this.#remove(key);
    return row;
  }

  /** As `#live`, but nothing is removed: for loops over the keys. */
  #alive(key: string): KeptRow | undefined {
    const row = this.#rows.get(key);
    return row !== undefined && row.expiresAtMs > this.#clock.now() ? row : undefined;
  }

  #keep(row: KeptRow): void {
    if (!this.#rows.has(row.key)) this.#keys.splice(this.#position(row.key), 0, row.key);
    this.#rows.set(row.key, row);
  }

  #remove(key: string): void {
    if (this.#rows.delete(key)) this.#keys.splice(this.#position(key), 1);
  }

  /** Of the first key that is not before `key`. */
  #position(key: string): number {
    let [low, high] = [0, this.#keys.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#keys[middle]! < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
