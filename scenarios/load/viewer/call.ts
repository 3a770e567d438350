import http from 'k6/http';
import { type Kind, measures } from './measures.ts';
import { judgedTag } from './names.ts';

/** Where to try, in order. A host that failed moves to the end, so that the next call begins with one that works. */
export class Hosts {
  list: string[];
  constructor(list: readonly string[]) {
    this.list = list.slice();
  }
  failed(host: string): void {
    if (this.list.length > 1 && this.list[0] === host) this.list = this.list.slice(1).concat(host);
  }
}

export interface CallOptions {
  readonly kind: Kind;
  readonly hosts: Hosts;
  readonly path: string;
  readonly method?: string;
  readonly body?: object;
  readonly headers?: { readonly [name: string]: string };
  /** Each attempt may take this long; then the next host is tried. */
  readonly timeoutMs: number;
  /** Bytes are counted and dropped. */
  readonly dropBody?: boolean;
  readonly everyMs?: number;
  /** Statuses that say no as they should, such as 403 to a card that is declined: no failure that a viewer sees. */
  readonly expected?: readonly number[];
}

export interface Answer {
  readonly ok: boolean;
  readonly status: number;
  /** k6's error_code as text; empty when ok. */
  readonly code: string;
  readonly text: string;
  readonly bytes: number;
  /** Of the attempt that succeeded. */
  readonly attemptMs: number;
}

const MOST_ATTEMPTS = 4;

/**
 * One request as a viewer makes it: on to the next host when one fails, and the same one again when there is no other.
 * What another host could answer is `retried`; only what none answers is a failure that the viewer sees. `use` may
 * reject an answer that came with a good status and is of no use.
 */
export async function call(options: CallOptions, use: (answer: Answer) => boolean = () => true): Promise<Answer> {
  const { kind, hosts, everyMs = 0, expected = [] } = options;
  const startedAtMs = Date.now();
  const order = hosts.list.length > 1 ? hosts.list.slice(0, MOST_ATTEMPTS) : hosts.list.concat(hosts.list);
  let answer: Answer = { ok: false, status: 0, code: 'no-host', text: '', bytes: 0, attemptMs: 0 };
  for (let attempt = 0; attempt < order.length; attempt++) {
    const host = order[attempt] || '';
    answer = await attemptAt(host, options);
    if (answer.ok && !use(answer)) answer = { ...answer, ok: false, code: 'bad-answer' };
    if (answer.ok) break;
    hosts.failed(host);
    if (!elsewhere(answer) || attempt === order.length - 1) break;
    measures.retried(kind, answer.code);
  }
  const ok = answer.ok || expected.indexOf(answer.status) >= 0;
  measures.request({ kind, ok, code: answer.code, tookMs: Date.now() - startedAtMs, everyMs });
  return answer;
}

/** Whether another host may do better: not where the request itself is wrong. */
function elsewhere({ status, code }: Answer): boolean {
  return status === 0 || status >= 500 || status === 429 || status === 404 || code === 'bad-answer';
}

async function attemptAt(host: string, options: CallOptions): Promise<Answer> {
  const { kind, path, method = 'GET', body, headers = {}, timeoutMs, dropBody = false } = options;
  const startedAtMs = Date.now();
  const response = await http.asyncRequest(method, host + path, body ? JSON.stringify(body) : null, {
    headers: body ? { 'content-type': 'application/json', ...headers } : { ...headers },
    tags: { name: kind, [judgedTag]: 'viewer' },
    timeout: timeoutMs,
    responseType: dropBody ? 'none' : 'text',
  });
  const attemptMs = Date.now() - startedAtMs;
  const ok = response.error_code === 0 && response.status >= 200 && response.status < 300;
  const text = typeof response.body === 'string' ? response.body : '';
  const bytes = dropBody ? Number(response.headers['Content-Length']) || 0 : text.length;
  const code = ok ? '' : String(response.error_code || 1000 + response.status);
  return { ok, status: response.status, code, text, bytes, attemptMs };
}

/** The answer's JSON, or undefined. */
export function json<T>({ text }: Answer): T | undefined {
  try {
    return JSON.parse(text) as T;
  } catch {
    return undefined;
  }
}
