import { type ErrorCode, type ErrorDetails, FaultflixError } from '#base/errors.ts';

/**
 * How an attempt came to nothing, which decides what may be done about it:
 * - `connect`: there was no connection in time, so nothing was sent;
 * - `refused`: the callee said that it did not start on it (draining, or shedding load);
 * - `lost`: the connection broke while the call was out, so it may have been done;
 * - `timeout`: no answer in the attempt's time, so it may be done yet;
 * - `cancelled`: the caller no longer wants it;
 * - `answer`: the callee answered, with an error.
 */
export type FailureKind = 'connect' | 'refused' | 'lost' | 'timeout' | 'cancelled' | 'answer';

export interface FailureOptions extends ErrorDetails {
  readonly kind: FailureKind;
  readonly code: ErrorCode;
  /** See `CallFailure.relayed`. */
  readonly relayed?: boolean;
}

/** What a transport rejects with. Leaves the kit as the `FaultflixError` that it is. */
export class CallFailure extends FaultflixError {
  readonly kind: FailureKind;
  /** The callee passed on what a call of its own came to: it is not the one that is unwell. */
  readonly relayed: boolean;

  constructor(message: string, options: FailureOptions) {
    super(options.code, message, options);
    this.kind = options.kind;
    this.relayed = options.relayed ?? false;
  }
}

/** A thrown value as a failure; what no transport classified came from our own code and counts as an answer. */
export function asCallFailure(thrown: unknown): CallFailure {
  if (thrown instanceof CallFailure) return thrown;
  if (thrown instanceof FaultflixError) {
    return new CallFailure(thrown.message, { ...detailsOf(thrown), kind: 'answer', code: thrown.code });
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new CallFailure(message, { kind: 'answer', code: 'internal', cause: thrown });
}

/** The details of an error, without those it lacks. */
export function detailsOf(error: FaultflixError): ErrorDetails {
  const { expected, received, where, todo, cause } = error;
  return {
    ...(expected === undefined ? {} : { expected }),
    ...(received === undefined ? {} : { received }),
    ...(where === undefined ? {} : { where }),
    ...(todo === undefined ? {} : { todo }),
    ...(cause === undefined ? {} : { cause }),
  };
}

/** Answers that say the callee is unwell, rather than that the request was wrong. */
const unwell: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'unavailable',
  'guard-refused',
  'overloaded',
  'deadline-exceeded',
  'internal',
  'could-not-run',
]);

/** Whether the right answer could not be had for want of health: what a fallback may stand in for. */
export function wantsHealth(failure: CallFailure): boolean {
  return failure.kind === 'answer' ? unwell.has(failure.code) : failure.kind !== 'cancelled';
}

/**
 * Whether the failure speaks against the callee: what breakers and ejection count. A refusal does not: who sheds prefetch
 * to go on serving players must not lose the players by it. Nor does what the callee passed on, or the failure of one
 * service would take all that depend on it out of service, one after another.
 */
export const blamesCallee = (failure: CallFailure): boolean =>
  failure.kind !== 'refused' && !failure.relayed && wantsHealth(failure);

/** Whether what a handler threw is what one of its own calls came to. */
export function isRelayed(thrown: unknown): boolean {
  for (let error = thrown; error instanceof Error; error = error.cause) if (error instanceof CallFailure) return true;
  return false;
}
