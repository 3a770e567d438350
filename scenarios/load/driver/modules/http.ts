import { durationMs } from '#base/duration.ts';
import { FaultflixError } from '#base/errors.ts';
import { type Call, currentVu, measure, tagsOf, theCall, theRun } from '../context.ts';
import { request as send } from '../http/client.ts';
import type { Exchange, ExchangeRequest } from '../http/exchange.ts';
import { type K6Response, type ResponseType, responseOf } from '../http/response.ts';
import { refuse } from '../refuse.ts';

/** `k6/http`: asyncRequest whole; what k6 does synchronously is refused, since all users share one thread here. */

type Body = string | ArrayBuffer | Readonly<Record<string, string>> | null | undefined;
type Url = string | { readonly url: string; readonly name: string };

interface Params {
  readonly headers?: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
  readonly timeout?: string | number;
  readonly responseType?: ResponseType;
  readonly redirects?: number;
  readonly responseCallback?: StatusTest | null;
}
const paramNames = ['headers', 'tags', 'timeout', 'responseType', 'redirects', 'responseCallback'];

type StatusTest = (status: number) => boolean;
const usual: StatusTest = (status) => status >= 200 && status < 400; // k6's default
const PLACEHOLDER = '$'.concat('{}'); // k6's
const callbacks = new Map<number, StatusTest | null>();

export async function asyncRequest(method: string, url: Url, body?: Body, params?: Params | null): Promise<K6Response> {
  const call = theCall('http.asyncRequest');
  if (call.interrupted) return new Promise(() => undefined);
  const given = params ?? {};
  for (const name of Object.keys(given)) if (!paramNames.includes(name)) refuse(`http parameter ${name}`);
  const { http } = call.run.options;
  const type = given.responseType ?? (http.discardResponseBodies ? 'none' : 'text');
  const { href, name } = typeof url === 'string' ? { href: url, name: url } : { href: url.url, name: url.name };
  const encoded = encode(body, given.headers ?? {}, http.userAgent);
  const request: ExchangeRequest = {
    method: method.toUpperCase(),
    url: parseUrl(href),
    ...encoded,
    timeoutMs: timeoutOf(given.timeout),
    keepBody: type !== 'none',
    signal: call.signal,
  };
  const answer = await send(call, request, given.redirects);
  if (answer.cancelled) return new Promise(() => undefined);
  const response = responseOf(answer, request, type);
  const test = given.responseCallback === undefined ? expectation() : given.responseCallback;
  report({ call, answer, response, tags: tagsOf(call, { name, ...given.tags }), test });
  return response;
}

interface Report {
  readonly call: Call;
  readonly answer: Exchange;
  readonly response: K6Response;
  readonly tags: Record<string, string>;
  readonly test: StatusTest | null;
}

function report({ call, answer, response, tags, test }: Report): void {
  tags.method = response.request.method;
  tags.url ??= tags.name ?? '';
  tags.status = String(response.status);
  if (response.proto !== '') tags.proto = response.proto;
  if (response.error_code !== 0) tags.error_code = String(response.error_code);
  if (response.error !== '') tags.error = response.error;
  const ok = test === null || (!answer.failure && test(response.status));
  if (test !== null) tags.expected_response = String(ok);
  const { timings } = answer;
  measure(call, 'http_reqs', 1, tags);
  measure(call, 'http_req_duration', timings.durationMs, tags);
  measure(call, 'http_req_blocked', timings.blockedMs, tags);
  measure(call, 'http_req_connecting', timings.connectingMs, tags);
  measure(call, 'http_req_tls_handshaking', timings.tlsHandshakingMs, tags);
  measure(call, 'http_req_sending', timings.sendingMs, tags);
  measure(call, 'http_req_waiting', timings.waitingMs, tags);
  measure(call, 'http_req_receiving', timings.receivingMs, tags);
  if (test !== null) measure(call, 'http_req_failed', ok ? 0 : 1, tags);
  measure(call, 'data_sent', answer.bytesSent, tags);
  measure(call, 'data_received', answer.bytesReceived, tags);
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

export function expectedStatuses(...statuses: (number | { min: number; max: number })[]): StatusTest {
  return (status) =>
    statuses.some((each) => (typeof each === 'number' ? each === status : each.min <= status && status <= each.max));
}

export function setResponseCallback(callback: StatusTest | null): void {
  callbacks.set(currentVu(), callback);
}

function expectation(): StatusTest | null {
  const own = callbacks.get(currentVu());
  return own === undefined ? usual : own;
}

/** `` http.url`https://host/${id}` ``: requests of one template share one name. */
export function url(strings: TemplateStringsArray, ...values: unknown[]): Url {
  const join = (between: (index: number) => string) =>
    strings.reduce((text, part, index) => text + part + (index < values.length ? between(index) : ''), '');
  return { url: join((index) => String(values[index])), name: join(() => PLACEHOLDER) };
}

const synchronous = (name: string) => () =>
  refuse(`http.${name}`, 'it blocks, and all virtual users share one thread here: use `await http.asyncRequest(…)`');

export const get = synchronous('get');
export const post = synchronous('post');
export const put = synchronous('put');
export const patch = synchronous('patch');
export const del = synchronous('del');
export const head = synchronous('head');
export const options = synchronous('options');
export const request = synchronous('request');
export const batch = () =>
  refuse('http.batch', 'it blocks, and all virtual users share one thread here: use `Promise.all` of asyncRequest');
export const file = () => refuse('http.file');
export const cookieJar = () => refuse('http.cookieJar');
export class CookieJar {
  constructor() {
    refuse('http.CookieJar');
  }
}

export default {
  asyncRequest,
  expectedStatuses,
  setResponseCallback,
  url,
  get,
  post,
  put,
  patch,
  del,
  head,
  options,
  request,
  batch,
  file,
  cookieJar,
  CookieJar,
};
