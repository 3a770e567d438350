/**
 * Hedged reads: a call that is slower than nearly all of its kind is sent a second time, to another endpoint, and the
 * first answer counts. After Dean and Barroso, "The Tail at Scale" (CACM 56:2, 2013): waiting for the 95th percentile
 * costs some 5 % more calls and takes the tail off. Only for reads (a contract names them), and each hedge takes a
 * retry out of the budget, so that a service that is slow as a whole does not get twice the load.
 */
import type { Clock } from '#base/clock.ts';

export const hedgingDefaults = {
  quantile: 0.95,
  /** Answers remembered; fewer than `leastSamples` say nothing about a quantile. */
  window: 200,
  leastSamples: 40,
  /** Never sooner: within an event loop's turn or two the first answer may be waiting to be read. */
  leastMs: 10,
} as const;

export type HedgingOptions = Partial<Record<keyof typeof hedgingDefaults, number>>;

/** When a call of one method counts as slow, from the newest answers. */
export class HedgeDelay {
  readonly #settings: Record<keyof typeof hedgingDefaults, number>;
  readonly #latenciesMs: Float64Array;
  #count = 0;
  #delayMs = Number.POSITIVE_INFINITY;

  constructor(options: HedgingOptions = {}) {
    this.#settings = { ...hedgingDefaults, ...options };
    this.#latenciesMs = new Float64Array(this.#settings.window);
  }

  observe(latencyMs: number): void {
    const { window, leastSamples, quantile, leastMs } = this.#settings;
    this.#latenciesMs[this.#count % window] = latencyMs;
    this.#count += 1;
    // A quantile of 200 moves little with one of them: sorting each time would cost more than it tells.
    if (this.#count < leastSamples || this.#count % 20 !== 0) return;
    const known = this.#latenciesMs.slice(0, Math.min(this.#count, window)).sort();
    this.#delayMs = Math.max(leastMs, known[Math.min(known.length - 1, Math.floor(quantile * known.length))]!);
  }

  /** Infinite while too little is known. */
  get delayMs(): number {
    return this.#delayMs;
  }
}

export interface HedgedOptions<R> {
  readonly afterMs: number;
  readonly clock: Clock;
  readonly first: (signal: AbortSignal) => Promise<R>;
  readonly second: (signal: AbortSignal) => Promise<R>;
  /** Asked when the time has come: whether there is another endpoint, and a retry left for it. */
  readonly may: () => boolean;
  readonly onHedge?: () => void;
}

/**
 * The first answer; the other leg's signal aborts. A first leg that fails before its time is up has failed; once both are
 * out, only when both have, with the first one's failure.
 */
export async function hedged<R>({ afterMs, clock, first, second, may, onHedge }: HedgedOptions<R>): Promise<R> {
  const [one, two, waiting] = [new AbortController(), new AbortController(), new AbortController()];
  const leg = first(one.signal);
  const settled = leg.then(
    () => true,
    () => true,
  );
  const isDue = await Promise.race([
    settled.then(() => false),
    clock.sleep(afterMs, waiting.signal).then(
      () => true,
      () => false,
    ),
  ]);
  waiting.abort();
  if (!isDue || !may()) return leg;
  onHedge?.();
  const other = second(two.signal);
  const lost = new Error('another endpoint answered first');
  try {
    return await Promise.any([leg, other]);
  } catch {
    return await leg;
  } finally {
    one.abort(lost);
    two.abort(lost);
  }
}
