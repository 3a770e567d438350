/**
 * What one endpoint costs a caller now: calls outstanding times a peak-sensitive average of latency, Finagle's
 * "Peak EWMA" (https://twitter.github.io/finagle/guide/Clients.html#power-of-two-choices-p2c-least-loaded): it takes a
 * rise over at once and forgets it over the decay time, so a slow pod loses traffic within a call or two.
 */
const DECAY_MS = 10_000;
/** Cost of an endpoint that has calls out and has never answered one: worse than any that is known. */
const UNKNOWN_COST = 1e9;

export class Load {
  outstanding = 0;
  #latencyMs = 0;
  #atMs = 0;

  /** A call was answered. */
  observe(latencyMs: number, nowMs: number): void {
    if (latencyMs >= this.#latencyMs) this.#latencyMs = latencyMs;
    else {
      const weight = Math.exp((this.#atMs - nowMs) / DECAY_MS);
      this.#latencyMs = this.#latencyMs * weight + latencyMs * (1 - weight);
    }
    this.#atMs = nowMs;
  }

  /** Milliseconds that a further call would wait, so to say; for comparing endpoints only. */
  cost(nowMs: number): number {
    if (this.#latencyMs === 0) return this.outstanding === 0 ? 0 : UNKNOWN_COST + this.outstanding;
    const agedMs = nowMs - this.#atMs;
    const decayed = agedMs > 0 ? this.#latencyMs * Math.exp(-agedMs / DECAY_MS) : this.#latencyMs;
    return decayed * (this.outstanding + 1);
  }
}
