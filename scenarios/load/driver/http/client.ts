import type { Connections } from './connections.ts';
import type { Cookies } from './cookies.ts';
import { type Exchange, type ExchangeRequest, exchange } from './exchange.ts';

const REDIRECTS = 10; // k6's default for maxRedirects

/**
 * A request with what Go's client does around it: cookies, redirects, and one new attempt when a kept-alive connection turned
 * out to be closed before any byte of an answer, for requests that may be repeated (net/http, `shouldRetryRequest`).
 */
export async function request(
  connections: Connections,
  given: ExchangeRequest,
  redirects = REDIRECTS,
  cookies?: Cookies,
): Promise<Exchange & { url: URL }> {
  let current = given;
  for (let hops = 0; ; hops++) {
    const answer = await attempt(connections, withCookies(current, cookies));
    cookies?.take(current.url, answer.headers);
    const location = answer.headers.location;
    const redirected = [301, 302, 303, 307, 308].includes(answer.status) && location !== undefined;
    if (!redirected || hops >= redirects || answer.failure) return { ...answer, url: current.url };
    const keep = answer.status === 307 || answer.status === 308 || ['GET', 'HEAD'].includes(current.method);
    const url = new URL(location, current.url);
    const headers = url.origin === current.url.origin ? current.headers : withoutCredentials(current.headers);
    current = keep ? { ...current, url, headers } : { ...current, url, headers, method: 'GET', body: null };
  }
}

/** Those of the jar, unless the script itself sets some. */
function withCookies(given: ExchangeRequest, cookies: Cookies | undefined): ExchangeRequest {
  const cookie = cookies?.headerFor(given.url);
  if (cookie === undefined || given.headers.cookie !== undefined) return given;
  return { ...given, headers: { ...given.headers, cookie } };
}

async function attempt({ agent, connects }: Connections, given: ExchangeRequest): Promise<Exchange> {
  const first = await exchange(agent, connects, given);
  const fresh = first.timings.connectingMs > 0;
  const stale = first.status === 0 && !first.cancelled && isClosed(first) && !fresh;
  return stale && repeatable(given) ? exchange(agent, connects, given) : first;
}

const isClosed = ({ failure }: Exchange): boolean =>
  failure !== undefined &&
  (failure.code === 1220 || failure.code === 1201 || failure.message.startsWith('unexpected EOF'));

/** Methods that repeat safely, and whatever carries an idempotency key. */
function repeatable({ method, headers }: ExchangeRequest): boolean {
  if (['GET', 'HEAD', 'OPTIONS', 'TRACE'].includes(method)) return true;
  return Object.keys(headers).some((name) => /^(x-)?idempotency-key$/i.test(name));
}

function withoutCredentials(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !/^(authorization|cookie)$/i.test(name)));
}
