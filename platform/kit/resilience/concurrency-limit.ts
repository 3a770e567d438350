/**
 * How many calls a server works on at once, found from its own latency: when calls take longer than they do in the long
 * run, they queue, and the limit goes down; else it grows by the queue that is allowed. The algorithm is "Gradient2" of
 * Netflix's concurrency-limits (https://github.com/Netflix/concurrency-limits, `Gradient2Limit`): long window 600
 * samples, tolerance 1.5, smoothing 0.2, queue of 4, limits 20 to 200 there. Here the smallest limit is 32, since pods
 * are few and a call may rightly wait for another region, and the largest 1,000.
 */
export interface ConcurrencyLimitOptions {
  readonly initial?: number;
  readonly min?: number;
  readonly max?: number;
  readonly queue?: number;
  /** How much longer than the long-run latency is no sign of queueing. */
  readonly tolerance?: number;
  readonly smoothing?: number;
  readonly longWindow?: number;
}

export const concurrencyDefaults = {
  initial: 100,
  min: 32,
  max: 1_000,
  queue: 4,
  tolerance: 1.5,
  smoothing: 0.2,
  longWindow: 600,
} as const;

/** Samples that start the long-run average, so that the first call does not set it alone. */
const WARM_UP = 10;

export class ConcurrencyLimit {
  readonly #options: Required<ConcurrencyLimitOptions>;
  #limit: number;
  #inFlight = 0;
  #longMs = 0;
  #samples = 0;

  constructor(options: ConcurrencyLimitOptions = {}) {
    this.#options = { ...concurrencyDefaults, ...options };
    this.#limit = this.#options.initial;
  }

  /** Calls that may be in flight, rounded down. */
  get limit(): number {
    return Math.floor(this.#limit);
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** Takes a place when fewer than `share` of the limit are taken; false leaves everything as it was. */
  acquire(share = 1): boolean {
    if (this.#inFlight >= Math.max(1, Math.floor(this.#limit * share))) return false;
    this.#inFlight += 1;
    return true;
  }

  /** Takes a place whatever the limit says: for when the guard is off, so that it knows the truth when on again. */
  enter(): void {
    this.#inFlight += 1;
  }

  /** Gives the place back. `latencyMs` is undefined for a call whose time says nothing (shed, cancelled). */
  release(latencyMs?: number): void {
    const inFlight = this.#inFlight;
    this.#inFlight -= 1;
    if (latencyMs !== undefined) this.#learn(Math.max(0.1, latencyMs), inFlight);
  }

  #learn(shortMs: number, inFlight: number): void {
    const { longWindow, tolerance, queue, smoothing, min, max } = this.#options;
    this.#samples += 1;
    if (this.#samples <= WARM_UP) this.#longMs += (shortMs - this.#longMs) / this.#samples;
    else this.#longMs += (shortMs - this.#longMs) * (2 / (longWindow + 1));
    // After an overload the long run is too long to compare with: let it come down faster.
    if (this.#longMs / shortMs > 2) this.#longMs *= 0.95;
    // A server that is not busy learns nothing about its limit.
    if (inFlight < this.#limit / 2) return;
    const gradient = Math.max(0.5, Math.min(1, (tolerance * this.#longMs) / shortMs));
    const wanted = this.#limit * gradient + queue;
    this.#limit = Math.min(max, Math.max(min, this.#limit * (1 - smoothing) + wanted * smoothing));
  }
}
