import type { IncomingHttpHeaders } from 'node:http';
import { FaultflixError } from '#base/errors.ts';
import { refuse } from '../refuse.ts';
import { statusCodeOf } from './error-codes.ts';
import type { Exchange, ExchangeRequest } from './exchange.ts';

export type ResponseType = 'text' | 'binary' | 'none';

/** k6's Response, as far as a driver without HTML and cookies has one. */
export interface K6Response {
  readonly url: string;
  readonly status: number;
  readonly status_text: string;
  readonly error: string;
  readonly error_code: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | ArrayBuffer | null;
  readonly proto: string;
  readonly remote_ip: string;
  readonly timings: Readonly<Record<string, number>>;
  readonly request: { readonly method: string; readonly url: string; readonly headers: object; readonly body: string };
  json(selector?: string): unknown;
  html(): never;
  clickLink(): never;
  submitForm(): never;
}

export function responseOf(answer: Exchange & { url: URL }, request: ExchangeRequest, type: ResponseType): K6Response {
  const { failure, status, timings, body } = answer;
  const statusCode = statusCodeOf(status);
  let named: Record<string, string> | undefined;
  return {
    url: answer.url.href,
    status: failure ? 0 : status,
    status_text: failure ? '' : `${status} ${answer.statusText}`.trim(),
    error: failure?.message ?? '',
    error_code: failure?.code ?? statusCode,
    get headers() {
      named ??= canonical(answer.headers);
      return named;
    },
    body: type === 'none' || body === null || failure ? null : type === 'text' ? body.toString('utf8') : exact(body),
    proto: status === 0 ? '' : 'HTTP/1.1',
    remote_ip: answer.url.hostname,
    timings: {
      blocked: timings.blockedMs,
      connecting: timings.connectingMs,
      tls_handshaking: timings.tlsHandshakingMs,
      sending: timings.sendingMs,
      waiting: timings.waitingMs,
      receiving: timings.receivingMs,
      duration: timings.durationMs,
    },
    request: {
      method: request.method,
      url: request.url.href,
      headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, [value]])),
      body: typeof request.body === 'string' ? request.body : '',
    },
    json(selector) {
      if (selector !== undefined) refuse('Response.json(selector)', 'read the property of json() instead');
      if (body === null) throw new FaultflixError('bad-input', `no body to parse: ${failure?.message ?? status}`);
      return JSON.parse(body.toString('utf8'));
    },
    html: () => refuse('Response.html'),
    clickLink: () => refuse('Response.clickLink'),
    submitForm: () => refuse('Response.submitForm'),
  };
}

/** Go's form of header names, which scripts for k6 read: `content-length` as `Content-Length`. */
function canonical(headers: IncomingHttpHeaders): Record<string, string> {
  const named: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined) continue;
    named[canonicalName(name)] = typeof value === 'string' ? value : value.join(', ');
  }
  return named;
}

const canonicalNames = new Map<string, string>();

function canonicalName(name: string): string {
  let canonical = canonicalNames.get(name);
  if (canonical === undefined) {
    canonical = name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
    if (canonicalNames.size < 1_000) canonicalNames.set(name, canonical);
  }
  return canonical;
}

function exact(body: Buffer): ArrayBuffer {
  return body.buffer.slice(body.byteOffset, body.byteOffset + body.byteLength) as ArrayBuffer;
}
