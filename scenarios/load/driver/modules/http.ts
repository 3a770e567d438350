import { type Call, theCall } from '../context.ts';
import { request as send } from '../http/client.ts';
import { type Body, type K6Request, type Params, prepare, type StatusTest, type Url } from '../http/prepare.ts';
import { conclude, setExpectation } from '../http/report.ts';
import type { K6Response } from '../http/response.ts';
import { refuse } from '../refuse.ts';

/**
 * `k6/http`. All virtual users share one thread here, so what k6 does synchronously would hold up everyone: it is there
 * in setup, teardown and handleSummary, and refused in iterations, where `asyncRequest` is the way.
 */
export async function asyncRequest(method: string, url: Url, body?: Body, params?: Params | null): Promise<K6Response> {
  const call = theCall('http.asyncRequest');
  if (call.interrupted) return new Promise(() => undefined);
  const prepared = prepare(call, { method, url, body, params });
  const answer = await send(call.connections, prepared.request, prepared.redirects, call.cookies);
  if (answer.cancelled) return new Promise(() => undefined);
  return conclude(call, prepared, answer);
}

export function request(method: string, url: Url, body?: Body, params?: Params | null): K6Response {
  return blocking('request', [{ method, url, body, params }])[0]!;
}

export function get(url: Url, params?: Params | null): K6Response {
  return blocking('get', [{ method: 'GET', url, params }])[0]!;
}
export function head(url: Url, params?: Params | null): K6Response {
  return blocking('head', [{ method: 'HEAD', url, params }])[0]!;
}

const withBody = (name: string, method: string) => (url: Url, body?: Body, params?: Params | null) =>
  blocking(name, [{ method, url, body, params }])[0]!;
export const post = withBody('post', 'POST');
export const put = withBody('put', 'PUT');
export const patch = withBody('patch', 'PATCH');
export const del = withBody('del', 'DELETE');
export const options = withBody('options', 'OPTIONS');

type BatchRequest = string | readonly [method: string, url: Url, body?: Body, params?: Params | null] | K6Request;

/** All at once; an array gives an array, an object an object with the same keys. */
export function batch(requests: readonly BatchRequest[] | Readonly<Record<string, BatchRequest>>): unknown {
  const named = Object.entries(requests);
  const responses = blocking(
    'batch',
    named.map(([, each]) => {
      if (typeof each === 'string') return { method: 'GET', url: each };
      if (!Array.isArray(each)) return each as K6Request;
      const [method, url, body, params] = each as [string, Url, Body, Params | null | undefined];
      return { method, url, body, params };
    }),
  );
  if (Array.isArray(requests)) return responses;
  return Object.fromEntries(named.map(([name], index) => [name, responses[index]]));
}

function blocking(name: string, requests: readonly K6Request[]): K6Response[] {
  const call: Call = theCall(`http.${name}`);
  if (call.phase === 'iteration') {
    const instead = name === 'batch' ? '`Promise.all` of http.asyncRequest' : '`await http.asyncRequest(…)`';
    refuse(`http.${name} in iterations`, `it blocks, and all virtual users share one thread here: use ${instead}`);
  }
  const prepared = requests.map((each) => prepare(call, each));
  return call.run.blocking.exchange(prepared).map((answer, index) => conclude(call, prepared[index]!, answer));
}

export function expectedStatuses(...statuses: (number | { min: number; max: number })[]): StatusTest {
  return (status) =>
    statuses.some((each) => (typeof each === 'number' ? each === status : each.min <= status && status <= each.max));
}

export function setResponseCallback(callback: StatusTest | null): void {
  setExpectation(callback);
}

const PLACEHOLDER = '$'.concat('{}'); // as k6 names it

/** `` http.url`https://host/${id}` ``: requests of one template share one name. */
export function url(strings: TemplateStringsArray, ...values: unknown[]): Url {
  const join = (between: (index: number) => string) =>
    strings.reduce((text, part, index) => text + part + (index < values.length ? between(index) : ''), '');
  return { url: join((index) => String(values[index])), name: join(() => PLACEHOLDER) };
}

export const file = () => refuse('http.file');
export const cookieJar = () => refuse('http.cookieJar');
export class CookieJar {
  constructor() {
    refuse('http.CookieJar');
  }
}

export default {
  asyncRequest,
  request,
  get,
  head,
  post,
  put,
  patch,
  del,
  options,
  batch,
  expectedStatuses,
  setResponseCallback,
  url,
  file,
  cookieJar,
  CookieJar,
};
