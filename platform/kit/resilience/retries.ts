import type { ErrorCode } from '#base/errors.ts';
import type { CallFailure } from './call-failure.ts';

/**
 * Which failures may be tried again. The rule is about harm, not hope: what was never sent or never begun is safe for
 * any call; what may have been done is safe only for a call that can be repeated (idempotent by its contract, or with
 * an idempotency key). An error that the callee answered with is its answer and is not argued with, but for
 * `unavailable`, `guard-refused` and `overloaded`, by which it sends the caller elsewhere.
 */
export const retryDefaults = {
  /** Attempts of one call, the first included. The budget bounds retries in all; this bounds one call's. */
  maxAttempts: 3,
  /** The second attempt goes elsewhere at once; each later one waits up to this long (full jitter), doubling. */
  backoffMs: 25,
} as const;

const sendsElsewhere: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['unavailable', 'guard-refused']);

export function mayTryAgain(failure: CallFailure, repeatable: boolean): boolean {
  switch (failure.kind) {
    case 'connect':
    case 'refused':
      return true;
    case 'lost':
    case 'timeout':
      return repeatable;
    case 'answer':
      return failure.code === 'overloaded' || (sendsElsewhere.has(failure.code) && repeatable);
    case 'cancelled':
      return false;
  }
}

/** Wait before attempt `attempt` (0 is the first), given a number in [0, 1). */
export function retryDelayMs(attempt: number, random: number): number {
  return attempt < 2 ? 0 : random * retryDefaults.backoffMs * 2 ** (attempt - 2);
}
