/**
 * How many calls a server works on at once, found from its own latency: when calls take longer than they do in the long
 * run, they queue, and the limit goes down; else it grows by the queue that is allowed. The algorithm is "Gradient2" of
 * Netflix's concurrency-limits (https://github.com/Netflix/concurrency-limits, `Gradient2Limit` in a `WindowedLimit`):
 * it learns from averages of a window (1 s there, of 10 calls at least), long run 600 windows, tolerance 1.5, smoothing
 * 0.2, queue of 4, limits 20 to 200.
 *
 * What differs: windows of 200 ms, since pods are young and faults short; at least 32, since pods are few and a call may
 * rightly wait for another region; at most 400. And it grows beyond where it began only when it is full: those of a low
 * priority have their share of it, and would else, by filling their share for long, make it grow until their queue is all
 * that there is.
 */
export interface ConcurrencyLimitOptions {
  readonly initial?: number;
  readonly min?: number;
  readonly max?: number;
  readonly queue?: number;
  /** How much longer than the long-run latency is no sign of queueing. */
  readonly tolerance?: number;
  readonly smoothing?: number;
  /** Windows that the long run is made of. */
  readonly longWindow?: number;
  readonly windowMs?: number;
}

export const concurrencyDefaults = {
  initial: 100,
  min: 32,
  max: 400,
  queue: 4,
  tolerance: 1.5,
  smoothing: 0.2,
  longWindow: 600,
  windowMs: 200,
} as const;

/** What a call that is over says of the server. */
export interface Sample {
  readonly latencyMs: number;
  readonly nowMs: number;
  /** Nobody waited for the end: it would have taken longer than `latencyMs`, nobody knows how much. */
  readonly gaveUp?: boolean;
}

/** Windows that start the long run, so that the first does not set it alone. */
const WARM_UP = 10;
/** A window of fewer calls goes on until it has them. */
const WINDOW_CALLS = 10;
/** So much of the limit is in use when it is full: above the share of every priority but the highest. */
const FULL = 0.95;

interface Window {
  readonly endsMs: number;
  readonly calls: number;
  readonly sumMs: number;
  readonly mostInFlight: number;
}

export class ConcurrencyLimit {
  readonly #options: Required<ConcurrencyLimitOptions>;
  #limit: number;
  #inFlight = 0;
  #longMs = 0;
  #windows = 0;
  #window: Window | undefined;

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

  /** Gives the place back. Without a sample nothing is learnt (the guard is off, or the caller went away at once). */
  release(sample?: Sample): void {
    const inFlight = this.#inFlight;
    this.#inFlight -= 1;
    if (!sample) return;
    // Of a call that was given up early nothing is known; of one that was given up late, that it was slow.
    if (sample.gaveUp && (this.#windows === 0 || sample.latencyMs <= this.#options.tolerance * this.#longMs)) return;
    this.#observe(sample, inFlight);
  }

  #observe({ latencyMs, nowMs }: Sample, inFlight: number): void {
    const { endsMs, calls, sumMs, mostInFlight } = this.#window ?? {
      ...{ endsMs: nowMs + this.#options.windowMs, calls: 0, sumMs: 0, mostInFlight: 0 },
    };
    const window = {
      ...{ endsMs, calls: calls + 1, sumMs: sumMs + latencyMs, mostInFlight: Math.max(mostInFlight, inFlight) },
    };
    const over = nowMs >= endsMs && window.calls >= WINDOW_CALLS;
    this.#window = over ? undefined : window;
    if (over) this.#learn(Math.max(0.1, window.sumMs / window.calls), window.mostInFlight);
  }

  #learn(shortMs: number, mostInFlight: number): void {
    const { initial, longWindow, tolerance, queue, smoothing, min, max } = this.#options;
    this.#windows += 1;
    if (this.#windows <= WARM_UP) this.#longMs += (shortMs - this.#longMs) / this.#windows;
    else this.#longMs += (shortMs - this.#longMs) * (2 / (longWindow + 1));
    // After an overload the long run is too long to compare with: let it come down faster.
    if (this.#longMs / shortMs > 2) this.#longMs *= 0.95;
    // A server that is not busy learns nothing about its limit.
    if (mostInFlight < Math.floor(this.#limit / 2)) return;
    const gradient = Math.max(0.5, Math.min(1, (tolerance * this.#longMs) / shortMs));
    const wanted = this.#limit * gradient + queue;
    const next = this.#limit * (1 - smoothing) + wanted * smoothing;
    if (next > this.#limit && this.#limit >= initial && mostInFlight < this.#limit * FULL) return;
    this.#limit = Math.min(max, Math.max(min, next));
  }
}
