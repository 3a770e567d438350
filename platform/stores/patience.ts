import type { Clock } from '#base/clock.ts';
import { FaultflixError } from '#base/errors.ts';

/** What a service does when its state cannot be asked is a choice of the product, so it must not wait long to make it. */
export const patienceDefaults = {
  /** Longest that a call waits. A majority that is not there answers in its own time, which is longer. */
  waitMs: 700,
  /** After a failure nobody asks for so long, so that not every call waits. */
  restMs: 2_000,
} as const;

export type Outcome<T> = { readonly value: T } | { readonly out: string };

const outCodes: ReadonlySet<string> = new Set([
  ...['unavailable', 'deadline-exceeded', 'overloaded', 'guard-refused', 'could-not-run', 'cancelled'],
]);

/** Asks something that may be out, for a short time and not each time. Refusals (`conflict`, …) are thrown as they are. */
export class Patience {
  readonly #clock: Clock;
  readonly #waitMs: number;
  #restUntilMs = 0;

  constructor(clock: Clock, { waitMs = patienceDefaults.waitMs }: { readonly waitMs?: number } = {}) {
    this.#clock = clock;
    this.#waitMs = waitMs;
  }

  async ask<T>(work: () => Promise<T>): Promise<Outcome<T>> {
    if (this.#clock.now() < this.#restUntilMs) return { out: 'resting' };
    const done = new AbortController();
    try {
      const late = this.#clock.sleep(this.#waitMs, done.signal).then(() => {
        throw new FaultflixError('deadline-exceeded', 'the store did not answer in time');
      });
      return { value: await Promise.race([work(), late]) };
    } catch (thrown) {
      if (!(thrown instanceof FaultflixError) || !outCodes.has(thrown.code)) throw thrown;
      this.#restUntilMs = this.#clock.now() + patienceDefaults.restMs;
      return { out: thrown.code };
    } finally {
      done.abort();
    }
  }
}
