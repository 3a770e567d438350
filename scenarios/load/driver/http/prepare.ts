import { durationMs } from '#base/duration.ts';
import { FaultflixError } from '#base/errors.ts';
import { type Call, theRun } from '../context.ts';
import { refuse } from '../refuse.ts';
import type { ExchangeRequest } from './exchange.ts';
import type { ResponseType } from './response.ts';

/** Arguments of `k6/http` as one request of ours. */

export type Body = string | ArrayBuffer | Readonly<Record<string, string>> | null | undefined;
export type Url = string | { readonly url: string; readonly name: string };
export type StatusTest = (status: number) => boolean;

export interface Params {
  readonly headers?: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
  readonly timeout?: string | number;
  readonly responseType?: ResponseType;
  readonly redirects?: number;
  readonly responseCallback?: StatusTest | null;
}
const paramNames = ['headers', 'tags', 'timeout', 'responseType', 'redirects', 'responseCallback'];

export interface K6Request {
  readonly method: string;
  readonly url: Url;
  readonly body?: Body;
  readonly params?: Params | null | undefined;
}

export interface Prepared {
  readonly request: ExchangeRequest;
  readonly redirects: number | undefined;
  readonly responseType: ResponseType;
  /** The `name` tag when the script gives none. */
  readonly name: string;
  readonly tags: Readonly<Record<string, string>> | undefined;
  /** Undefined: the user's own or k6's default. */
  readonly responseCallback: StatusTest | null | undefined;
}

/** Throws `bad-input` for what is no URL or duration, and refuses parameters that this driver lacks. */
export function prepare(call: Call, { method, url, body, params }: K6Request): Prepared {
  const given = params ?? {};
  for (const name of Object.keys(given)) if (!paramNames.includes(name)) refuse(`http parameter ${name}`);
  const { http } = call.run.options;
  const responseType = given.responseType ?? (http.discardResponseBodies ? 'none' : 'text');
  const { href, name } = typeof url === 'string' ? { href: url, name: url } : { href: url.url, name: url.name };
  const request: ExchangeRequest = {
    method: method.toUpperCase(),
    url: parseUrl(href),
    ...encode(body, given.headers ?? {}, http.userAgent),
    timeoutMs: timeoutOf(given.timeout),
    keepBody: responseType !== 'none',
    signal: call.signal,
  };
  const { redirects, tags, responseCallback } = given;
  return { request, redirects, responseType, name, tags, responseCallback };
}

function parseUrl(href: string): URL {
  const url = URL.parse(href);
  if (url && (url.protocol === 'https:' || url.protocol === 'http:')) return url;
  throw new FaultflixError('bad-input', `not an http(s) URL: ${href}`, { where: theRun().scriptPath, received: href });
}

function timeoutOf(timeout: string | number | undefined): number {
  if (timeout === undefined) return 60_000; // k6's default
  return typeof timeout === 'number' ? timeout : durationMs(timeout, 'http parameter timeout');
}

function encode(body: Body, given: Readonly<Record<string, string>>, userAgent: string) {
  const headers: Record<string, string> = { 'user-agent': userAgent };
  for (const [name, value] of Object.entries(given)) headers[name.toLowerCase()] = String(value);
  if (body === null || body === undefined) return { headers, body: null };
  if (typeof body === 'string') return { headers, body };
  if (body instanceof ArrayBuffer) return { headers, body: new Uint8Array(body) };
  headers['content-type'] ??= 'application/x-www-form-urlencoded';
  return { headers, body: new URLSearchParams(body as Record<string, string>).toString() };
}
