/** When a key is due again: heartbeats come every ten seconds, and not each is worth a write to three regions. */
export class Coalesce {
  readonly #everyMs: number;
  readonly #most: number;
  readonly #lastMs = new Map<string, number>();

  /** Keeps `most` keys; one that was forgotten is due. */
  constructor({ everyMs, most }: { readonly everyMs: number; readonly most: number }) {
    this.#everyMs = everyMs;
    this.#most = most;
  }

  due(key: string, nowMs: number): boolean {
    const lastMs = this.#lastMs.get(key);
    return lastMs === undefined || nowMs - lastMs >= this.#everyMs;
  }

  done(key: string, nowMs: number): void {
    this.#lastMs.delete(key);
    this.#lastMs.set(key, nowMs);
    if (this.#lastMs.size > this.#most) this.#lastMs.delete(this.#lastMs.keys().next().value!);
  }

  forget(key: string): void {
    this.#lastMs.delete(key);
  }
}
