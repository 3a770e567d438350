/** How often a key was asked for lately: `sketch.ts`. */
export type Popularity = (key: string) => number;

export interface MemoryOptions {
  readonly maxBytes: number;
  readonly popularity: Popularity;
  readonly onEvict?: (bytes: number) => void;
}

/**
 * Values in memory, bounded by their bytes. A new one is let in when there is room, or when it was asked for more often
 * than each that would have to go for it, the least recently used first (the admission of TinyLFU, before an LRU and
 * without its window): a title that one viewer plays once pushes nothing out that many play.
 */
export class MemoryCache<Value> {
  readonly #options: MemoryOptions;
  readonly #entries = new Map<string, { readonly value: Value; readonly bytes: number }>();
  #bytes = 0;

  constructor(options: MemoryOptions) {
    this.#options = options;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get(key: string): Value | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    this.#entries.delete(key); // a Map keeps the order of insertion: the first is the least recently used
    this.#entries.set(key, entry);
    return entry.value;
  }

  /** Whether it was let in. What is there already is exchanged. */
  set(key: string, value: Value, bytes: number): boolean {
    const known = this.#entries.has(key);
    this.delete(key);
    const victims = this.#victims(key, bytes, known);
    if (victims === undefined) return false;
    for (const victim of victims) {
      this.#options.onEvict?.(this.#entries.get(victim)!.bytes);
      this.delete(victim);
    }
    this.#entries.set(key, { value, bytes });
    this.#bytes += bytes;
    return true;
  }

  delete(key: string): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    this.#entries.delete(key);
    this.#bytes -= entry.bytes;
  }

  /** Who has to go; undefined when it may not come in. */
  #victims(key: string, bytes: number, known: boolean): readonly string[] | undefined {
    const { maxBytes, popularity } = this.#options;
    if (bytes > maxBytes) return undefined;
    let over = this.#bytes + bytes - maxBytes;
    if (over <= 0) return [];
    const wanted = known ? Number.POSITIVE_INFINITY : popularity(key);
    const victims: string[] = [];
    for (const [victim, entry] of this.#entries) {
      if (over <= 0) break;
      if (popularity(victim) >= wanted) return undefined;
      victims.push(victim);
      over -= entry.bytes;
    }
    return victims;
  }
}
