/**
 * The one catalogue of errors. Every error that leaves a room has a code of it, and the code alone decides the HTTP
 * status, the gRPC status and the exit code of a process that ends with it.
 *
 * gRPC numbers: https://grpc.io/docs/guides/status-codes/. Exit codes: 0 held, 1 deviated, 2 bad input, 3 could not
 * run, 4 aborted, 5 inconclusive, 6 residue left.
 */
interface CatalogueEntry {
  readonly http: number;
  readonly grpc: number;
  readonly exit: number;
}

export const catalogue = {
  'bad-input': { http: 400, grpc: 3, exit: 2 },
  unauthenticated: { http: 401, grpc: 16, exit: 3 },
  forbidden: { http: 403, grpc: 7, exit: 3 },
  'not-found': { http: 404, grpc: 5, exit: 3 },
  // How HTTP itself was used, whatever the request is about.
  'method-not-allowed': { http: 405, grpc: 12, exit: 3 },
  'too-slow': { http: 408, grpc: 4, exit: 3 },
  'too-large': { http: 413, grpc: 3, exit: 2 },
  'unsupported-media-type': { http: 415, grpc: 3, exit: 2 },
  'headers-too-large': { http: 431, grpc: 3, exit: 2 },
  conflict: { http: 409, grpc: 10, exit: 3 },
  gone: { http: 410, grpc: 10, exit: 3 },
  'rate-limited': { http: 429, grpc: 8, exit: 3 },
  'guard-refused': { http: 503, grpc: 14, exit: 3 },
  overloaded: { http: 503, grpc: 8, exit: 3 },
  unavailable: { http: 503, grpc: 14, exit: 3 },
  'deadline-exceeded': { http: 504, grpc: 4, exit: 3 },
  cancelled: { http: 499, grpc: 1, exit: 3 },
  unsupported: { http: 501, grpc: 12, exit: 2 },
  'could-not-run': { http: 500, grpc: 13, exit: 3 },
  internal: { http: 500, grpc: 13, exit: 3 },
  deviated: { http: 500, grpc: 13, exit: 1 },
  aborted: { http: 500, grpc: 10, exit: 4 },
  inconclusive: { http: 500, grpc: 13, exit: 5 },
  residue: { http: 500, grpc: 13, exit: 6 },
} as const satisfies Record<string, CatalogueEntry>;

export type ErrorCode = keyof typeof catalogue;

export interface ErrorDetails {
  /** What would have been right, in words. */
  readonly expected?: string;
  /** What came instead. */
  readonly received?: string;
  /** Where: `file:path.in.yaml`, an address, an object's name. */
  readonly where?: string;
  /** What the reader can do about it. */
  readonly todo?: string;
  readonly cause?: unknown;
}

export interface ErrorJson {
  readonly code: ErrorCode;
  readonly message: string;
  readonly expected?: string;
  readonly received?: string;
  readonly where?: string;
  readonly todo?: string;
  readonly cause?: string;
}

export class FaultflixError extends Error {
  readonly code: ErrorCode;
  readonly expected: string | undefined;
  readonly received: string | undefined;
  readonly where: string | undefined;
  readonly todo: string | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'FaultflixError';
    this.code = code;
    this.expected = details.expected;
    this.received = details.received;
    this.where = details.where;
    this.todo = details.todo;
  }

  toJSON(): ErrorJson {
    return {
      code: this.code,
      message: this.message,
      ...(this.expected === undefined ? {} : { expected: this.expected }),
      ...(this.received === undefined ? {} : { received: this.received }),
      ...(this.where === undefined ? {} : { where: this.where }),
      ...(this.todo === undefined ? {} : { todo: this.todo }),
      ...(this.cause === undefined ? {} : { cause: messageOf(this.cause) }),
    };
  }

  static fromJSON(json: ErrorJson): FaultflixError {
    const code = Object.hasOwn(catalogue, json.code) ? json.code : 'internal';
    return new FaultflixError(code, json.message, json);
  }
}

/** Any thrown value as a FaultflixError; what is not one already becomes `internal` with the value as its cause. */
export function asFaultflixError(thrown: unknown): FaultflixError {
  return thrown instanceof FaultflixError
    ? thrown
    : new FaultflixError('internal', messageOf(thrown), { cause: thrown });
}

/** The message of a thrown value with its chain of causes: `could not connect: ECONNREFUSED 127.0.0.1:1`. */
export function messageOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const own = thrown.message || thrown.name;
  if (thrown.cause === undefined) return own;
  const cause = messageOf(thrown.cause);
  return own.includes(cause) ? own : `${own}: ${cause}`;
}

export const httpStatusOf = (error: FaultflixError): number => catalogue[error.code].http;
export const grpcStatusOf = (error: FaultflixError): number => catalogue[error.code].grpc;
export const exitCodeOf = (error: FaultflixError): number => catalogue[error.code].exit;
