import type { Clock } from '#base/clock.ts';

interface Timer {
  readonly atMs: number;
  readonly order: number;
  readonly fire: () => void;
}

/**
 * Time that only passes when nothing else can happen. `sleep` of a clock that was killed never ends, as nothing does in
 * a process that is gone.
 */
export class FakeTime {
  #nowMs = 1_800_000_000_000;
  #order = 0;
  #timers: Timer[] = [];

  get nowMs(): number {
    return this.#nowMs;
  }

  clock(alive: () => boolean): Clock {
    return {
      now: () => this.#nowMs,
      sleep: (ms, signal) =>
        new Promise((resolve, reject) => {
          if (signal?.aborted) return reject(signal.reason);
          const timer = { atMs: this.#nowMs + Math.max(0, ms), order: this.#order++, fire: () => alive() && resolve() };
          this.#timers.push(timer);
          signal?.addEventListener('abort', () => {
            this.#timers = this.#timers.filter((other) => other !== timer);
            if (alive()) reject(signal.reason);
          });
        }),
    };
  }

  /** Lets time pass until `done` says so; false when nothing is left to happen, or after `limitMs`. */
  async run(done: () => boolean, limitMs: number): Promise<boolean> {
    const endMs = this.#nowMs + limitMs;
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      if (done()) return true;
      const next = this.#timers.sort((a, b) => a.atMs - b.atMs || a.order - b.order).shift();
      if (!next || next.atMs > endMs) return false;
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.fire();
    }
  }
}
