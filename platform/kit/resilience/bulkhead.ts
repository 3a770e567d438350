/**
 * How many calls to one callee may be out at a time: one that has become slow must not fill its caller with calls that
 * wait for it, until there is neither memory nor a turn of the event loop for the others. After the bulkheads of Nygard's
 * "Release It!" and Hystrix' semaphore isolation; Envoy's circuit breaker (`max_requests`) lets 1,024 through to a
 * cluster by default, from some threads; a quarter of that is for a process of one.
 */
export const bulkheadDefaults = { maxOutstanding: 256 } as const;

export class Bulkhead {
  readonly #maxOutstanding: number;
  #outstanding = 0;

  constructor({ maxOutstanding }: { readonly maxOutstanding: number } = bulkheadDefaults) {
    this.#maxOutstanding = maxOutstanding;
  }

  get outstanding(): number {
    return this.#outstanding;
  }

  get full(): boolean {
    return this.#outstanding >= this.#maxOutstanding;
  }

  /** Counted whether or not somebody heeds `full`, so that switching the guard on finds the right number. */
  enter(): void {
    this.#outstanding += 1;
  }

  leave(): void {
    this.#outstanding -= 1;
  }
}
