/**
 * How many retries there may be in all, so that retries cannot multiply an outage: 20 % of recent requests and 10 a
 * second, counted over 10 s. The figures are those of Finagle (`RetryBudget`: ttl 10 s, minRetriesPerSec 10,
 * percentCanRetry 0.2, https://twitter.github.io/finagle/guide/Clients.html#retries) and of Linkerd's service profiles.
 */
export interface RetryBudgetOptions {
  readonly ratio?: number;
  readonly minPerSecond?: number;
  readonly windowSeconds?: number;
}

export class RetryBudget {
  readonly #ratio: number;
  readonly #reserve: number;
  readonly #seconds: number;
  readonly #requests: Float64Array;
  readonly #retries: Float64Array;
  #second = Number.NaN;
  #requestsInWindow = 0;
  #retriesInWindow = 0;

  constructor({ ratio = 0.2, minPerSecond = 10, windowSeconds = 10 }: RetryBudgetOptions = {}) {
    this.#ratio = ratio;
    this.#reserve = minPerSecond * windowSeconds;
    this.#seconds = windowSeconds;
    this.#requests = new Float64Array(windowSeconds);
    this.#retries = new Float64Array(windowSeconds);
  }

  /** A first attempt is made: it earns a part of a retry. */
  deposit(nowMs: number): void {
    const slot = this.#advance(nowMs);
    this.#requests[slot]! += 1;
    this.#requestsInWindow += 1;
  }

  /** Takes one retry; false when there is none left, and then nothing is taken. */
  withdraw(nowMs: number): boolean {
    const slot = this.#advance(nowMs);
    if (this.balance(nowMs) < 1) return false;
    this.#retries[slot]! += 1;
    this.#retriesInWindow += 1;
    return true;
  }

  /** Retries that could be taken now. */
  balance(nowMs: number): number {
    this.#advance(nowMs);
    return this.#reserve + this.#ratio * this.#requestsInWindow - this.#retriesInWindow;
  }

  /** Forgets the seconds that left the window. A clock that steps back stays in the newest second. */
  #advance(nowMs: number): number {
    const now = Math.floor(nowMs / 1_000);
    if (Number.isNaN(this.#second)) this.#second = now;
    const steps = Math.min(now - this.#second, this.#seconds);
    for (let step = 1; step <= steps; step++) {
      const slot = (this.#second + step) % this.#seconds;
      this.#requestsInWindow -= this.#requests[slot]!;
      this.#retriesInWindow -= this.#retries[slot]!;
      this.#requests[slot] = 0;
      this.#retries[slot] = 0;
    }
    if (steps > 0) this.#second = now;
    return this.#second % this.#seconds;
  }
}
