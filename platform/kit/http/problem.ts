import { STATUS_CODES } from 'node:http';
import { asFaultflixError, catalogue, type ErrorCode, FaultflixError } from '#base/errors.ts';

export const PROBLEM_TYPE = 'application/problem+json';
const TYPE_BASE = 'https://faultflix.test/problems/';

/** RFC 9457. `code`, and so `type` and `status`, is of the catalogue of errors and stable; the texts may change. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ErrorCode;
  readonly where?: string;
  readonly expected?: string;
  readonly received?: string;
  readonly todo?: string;
  /** Trace of a request that failed by our fault, for whoever looks it up in the log. */
  readonly trace?: string;
  /** The shape of before, which readers of the release before still look for. */
  readonly error: { readonly code: ErrorCode; readonly message: string };
}

const titles: Partial<Record<ErrorCode, string>> = {
  'bad-input': 'The request is not as it should be',
  unauthenticated: 'Who asks is not known',
  forbidden: 'This is not allowed',
  'not-found': 'There is no such thing',
  'method-not-allowed': 'Not with this method',
  'too-slow': 'The request came too slowly',
  'too-large': 'The request is too large',
  'unsupported-media-type': 'The request is of a kind that is not read here',
  'headers-too-large': 'The headers are too large',
  conflict: 'It contradicts what is already so',
  gone: 'It is no longer there',
  'rate-limited': 'Too many requests',
  overloaded: 'Too much at once',
  unavailable: 'What answers this is out',
  'deadline-exceeded': 'It took too long',
};

/** Without causes, and without the words of an error that nobody foresaw: they are for the log. */
export function problemOf(thrown: unknown, trace?: string): Problem {
  const error = fromFramework(thrown) ?? asFaultflixError(thrown);
  const { code, where, expected, received, todo } = error;
  const status = catalogue[code].http;
  const detail = thrown instanceof FaultflixError || error.code !== 'internal' ? error.message : 'an unforeseen error';
  return {
    type: TYPE_BASE + code,
    title: titles[code] ?? STATUS_CODES[status] ?? code,
    status,
    detail,
    code,
    ...(where === undefined ? {} : { where }),
    ...(expected === undefined ? {} : { expected }),
    ...(received === undefined ? {} : { received }),
    ...(todo === undefined ? {} : { todo }),
    ...(trace === undefined || status < 500 ? {} : { trace }),
    error: { code, message: detail },
  };
}

/** By the status that Fastify and Node give to what they refuse themselves. */
const codeOfStatus: Readonly<Record<number, ErrorCode>> = {
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not-found',
  405: 'method-not-allowed',
  408: 'too-slow',
  413: 'too-large',
  415: 'unsupported-media-type',
  429: 'rate-limited',
  431: 'headers-too-large',
};

/** Refusals of the framework carry a `statusCode` under 500; undefined for anything else. */
export function fromFramework(thrown: unknown): FaultflixError | undefined {
  if (thrown instanceof FaultflixError || !(thrown instanceof Error)) return undefined;
  const { statusCode } = thrown as { statusCode?: number };
  if (statusCode === undefined || statusCode < 400 || statusCode >= 500) return undefined;
  return new FaultflixError(codeOfStatus[statusCode] ?? 'bad-input', thrown.message, { cause: thrown });
}
