import { createHash } from 'node:crypto';
import type { Clock } from '#base/clock.ts';
import { FaultflixError } from '#base/errors.ts';

/**
 * Answers that a server remembers by the caller's idempotency key, so that a call which is tried again is done once
 * (https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/). The memory is of one process: it covers
 * the retry that reaches the same pod, and two calls of one key at once. What must hold across pods belongs into the
 * store's transaction.
 */
export interface RememberedOptions {
  readonly clock: Clock;
  /** Answers kept, the oldest forgotten first. */
  readonly capacity?: number;
  readonly ttlMs?: number;
}

interface Remembered {
  readonly fingerprint: string;
  readonly answer: Promise<unknown>;
  readonly untilMs: number;
}

export class RememberedAnswers {
  readonly #clock: Clock;
  readonly #capacity: number;
  readonly #ttlMs: number;
  readonly #answers = new Map<string, Remembered>();

  constructor({ clock, capacity = 10_000, ttlMs = 300_000 }: RememberedOptions) {
    this.#clock = clock;
    this.#capacity = capacity;
    this.#ttlMs = ttlMs;
  }

  get size(): number {
    return this.#answers.size;
  }

  /**
   * The answer for the key: remembered, shared with a call that is under way, or made by `work`. A failure is not
   * remembered, so that it can be tried again. Rejects with `conflict` when the key came with another request before.
   */
  once<T>(key: string, request: unknown, work: () => Promise<T>): Promise<T> {
    const nowMs = this.#clock.now();
    const fingerprint = createHash('sha256').update(JSON.stringify(request)).digest('base64');
    const known = this.#answers.get(key);
    if (known && known.untilMs > nowMs) {
      if (known.fingerprint === fingerprint) return known.answer as Promise<T>;
      return Promise.reject(
        new FaultflixError('conflict', 'this idempotency key came with another request before', {
          expected: 'the same request again, or a new key',
          where: key,
        }),
      );
    }
    const answer = work();
    const entry: Remembered = { fingerprint, answer, untilMs: nowMs + this.#ttlMs };
    this.#answers.delete(key);
    this.#answers.set(key, entry);
    answer.catch(() => {
      if (this.#answers.get(key) === entry) this.#answers.delete(key);
    });
    this.#shrink(nowMs);
    return answer;
  }

  /** Entries are in the order of their making, so the first is the oldest. */
  #shrink(nowMs: number): void {
    for (const [key, entry] of this.#answers) {
      if (this.#answers.size <= this.#capacity && entry.untilMs > nowMs) return;
      this.#answers.delete(key);
    }
  }
}
