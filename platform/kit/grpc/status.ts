import { Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { asFaultflixError, type ErrorCode, type ErrorJson, FaultflixError, grpcStatusOf } from '#base/errors.ts';
import { CallFailure, detailsOf, type FailureKind, isRelayed } from '../resilience/call-failure.ts';

/** Trailer with the error as JSON: several codes share a gRPC status, and details should arrive too. */
const ERROR_KEY = 'faultflix-error-bin';
/** Trailer that says the server did not start on the call, so that anyone may try it elsewhere. */
const REFUSED_KEY = 'faultflix-refused';
/** Trailer that says the error is of a call that the server made. */
const RELAYED_KEY = 'faultflix-relayed';

export interface GrpcStatus {
  readonly code: number;
  readonly details: string;
  readonly metadata: Metadata;
}

/** What a server answers with for a thrown value. Causes stay on the server: they are in its log. */
export function toStatus(thrown: unknown, { refused = false } = {}): GrpcStatus {
  const error = asFaultflixError(thrown);
  const { cause: _cause, ...json } = error.toJSON();
  const metadata = new Metadata();
  metadata.set(ERROR_KEY, Buffer.from(JSON.stringify(json)));
  if (refused) metadata.set(REFUSED_KEY, '1');
  if (isRelayed(thrown)) metadata.set(RELAYED_KEY, '1');
  return { code: grpcStatusOf(error), details: error.message, metadata };
}

export interface FailureContext {
  /** `catalog.listTitles at 127.1.2.3:9091`. */
  readonly where: string;
  /** The call's own signal was aborted. */
  readonly cancelled: boolean;
}

/** What a client makes of a status that is not OK. */
export function toFailure(error: ServiceError, { where, cancelled }: FailureContext): CallFailure {
  const told = error.metadata?.get(ERROR_KEY)[0];
  if (told !== undefined) {
    const answer = parseError(told);
    const kind = error.metadata.get(REFUSED_KEY).length > 0 ? 'refused' : 'answer';
    const relayed = error.metadata.get(RELAYED_KEY).length > 0;
    const details = { ...detailsOf(answer), where: answer.where ?? where };
    return new CallFailure(answer.message, { ...details, kind, relayed, code: answer.code });
  }
  const kind = kindOf(error, cancelled);
  return new CallFailure(`${where}: ${error.details}`, { kind, code: codeOf(error.code, kind), where, cause: error });
}

/** Statuses without our trailer come from grpc-js itself (on either side), never from a handler. */
function kindOf(error: ServiceError, cancelled: boolean): FailureKind {
  if (cancelled || error.code === status.CANCELLED) return cancelled ? 'cancelled' : 'lost';
  if (error.code === status.DEADLINE_EXCEEDED) return 'timeout';
  if (error.code !== status.UNAVAILABLE) return 'answer';
  if (error.details.startsWith('No connection established')) return 'connect';
  return error.details.startsWith('Stream refused by server') ? 'refused' : 'lost';
}

const codes = new Map<number, ErrorCode>([
  [status.CANCELLED, 'unavailable'],
  [status.INVALID_ARGUMENT, 'bad-input'],
  [status.DEADLINE_EXCEEDED, 'deadline-exceeded'],
  [status.NOT_FOUND, 'not-found'],
  [status.PERMISSION_DENIED, 'forbidden'],
  [status.RESOURCE_EXHAUSTED, 'overloaded'],
  [status.UNIMPLEMENTED, 'unsupported'],
  [status.UNAVAILABLE, 'unavailable'],
  [status.UNAUTHENTICATED, 'unauthenticated'],
]);

const codeOf = (grpc: number, kind: FailureKind): ErrorCode =>
  kind === 'cancelled' ? 'cancelled' : (codes.get(grpc) ?? 'internal');

function parseError(bytes: string | Buffer): FaultflixError {
  try {
    return FaultflixError.fromJSON(JSON.parse(bytes.toString('utf8')) as ErrorJson);
  } catch (cause) {
    return new FaultflixError('internal', 'the callee answered with an error that cannot be read', { cause });
  }
}
