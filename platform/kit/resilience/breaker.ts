import CircuitBreaker from 'opossum';
import { asCallFailure, blamesCallee, CallFailure } from './call-failure.ts';

/**
 * One breaker for each callee and region: when most calls to a region's pods fail, stop calling there at once, so that
 * neither side wastes time on it. opossum does the breaking. Figures after Hystrix
 * (https://github.com/Netflix/Hystrix/wiki/Configuration): half of at least 20 calls in 10 s, closed again by one good
 * call. It tries again after 1 s rather than 5: a pod here is born again in about that time.
 */
export const breakerDefaults = {
  errorThresholdPercentage: 50,
  volumeThreshold: 20,
  rollingCountTimeout: 10_000,
  rollingCountBuckets: 10,
  resetTimeout: 1_000,
} as const;

export type BreakerState = 'closed' | 'half-open' | 'open';

export interface BreakerOptions {
  /** `catalog/us-east-1`. */
  readonly name: string;
  readonly onChange?: (state: BreakerState) => void;
  readonly settings?: Partial<Record<keyof typeof breakerDefaults, number>>;
}

/** An opossum breaker whose calls are given with each `fire`. */
export class Breaker {
  readonly #circuit: CircuitBreaker<[() => Promise<unknown>], unknown>;

  constructor({ name, onChange, settings = {} }: BreakerOptions) {
    this.#circuit = new CircuitBreaker((work: () => Promise<unknown>) => work(), {
      ...breakerDefaults,
      ...settings,
      name,
      // The deadline ends a call, and tells the callee so; a second timer could only disagree with it.
      timeout: false,
      rollingPercentilesEnabled: false,
      enableSnapshots: false,
      errorFilter: (thrown: unknown) => !blamesCallee(asCallFailure(thrown)),
    });
    if (onChange) {
      this.#circuit.on('open', () => onChange('open'));
      this.#circuit.on('halfOpen', () => onChange('half-open'));
      this.#circuit.on('close', () => onChange('closed'));
    }
  }

  /** Whether a call would be let through now. */
  get lets(): boolean {
    return this.#circuit.closed || this.#circuit.pendingClose;
  }

  get state(): BreakerState {
    return this.#circuit.opened ? 'open' : this.#circuit.halfOpen ? 'half-open' : 'closed';
  }

  /** Does the work, or rejects at once with opossum's `EOPENBREAKER`, which `openBreakerFailure` tells apart. */
  fire<T>(work: () => Promise<T>): Promise<T> {
    return this.#circuit.fire(work) as Promise<T>;
  }

  shutdown(): void {
    this.#circuit.shutdown();
  }
}

/** Whether the error is the breaker's own: no call was made. */
export function isOpenBreaker(thrown: unknown): boolean {
  return (thrown as { code?: unknown } | null)?.code === 'EOPENBREAKER';
}

export function openBreakerFailure(name: string, cause: unknown): CallFailure {
  return new CallFailure(`the breaker of ${name} is open`, {
    kind: 'connect',
    code: 'guard-refused',
    where: name,
    todo: 'wait: it lets a call through every second to see whether the callee is well again',
    cause,
  });
}
