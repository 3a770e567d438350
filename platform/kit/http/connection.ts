import { isIPv6 } from 'node:net';
import { buildConnector, type Dispatcher, Pool } from 'undici';
import { type ErrorCode, FaultflixError, messageOf } from '#base/errors.ts';
import type { Endpoint, HttpsResponse } from '../context.ts';
import type { Certificates, Current } from '../mtls/certificates.ts';
import type { Peer } from '../mtls/peer.ts';
import { isPeer } from '../mtls/server-check.ts';
import type { Connection } from '../pipeline/connection.ts';
import { CallFailure } from '../resilience/call-failure.ts';
import { HEALTH_PATH, RELAYED_HEADER } from './paths.ts';

export const httpsDefaults = {
  /** Twice that of a gRPC call, since what answers makes such calls and may be asked twice. */
  timeoutMs: 4_000,
  /** Longest wait for TCP and TLS together: three round trips to the farthest region, and room. */
  connectMs: 1_500,
  /** Shorter than servers keep connections, so that no request meets a closing one. */
  keepAliveMs: 30_000,
  /** HTTP/1.1: as many requests at once as connections. */
  connectionsPerEndpoint: 128,
} as const;

export interface HttpsCall {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | string | undefined;
  readonly deadlineAtMs: number | undefined;
  readonly signal: AbortSignal | undefined;
}

/** An answer that says the callee is unwell. Where nothing better comes, it is the answer. */
export class UnwellAnswer extends CallFailure {
  readonly response: HttpsResponse;
  constructor(response: HttpsResponse, kind: 'answer' | 'refused', code: ErrorCode) {
    const relayed = response.headers[RELAYED_HEADER] !== undefined;
    super(`${response.endpoint.service} answered ${response.status}`, { kind, code, relayed });
    this.response = response;
  }
}

/** undici's connections to one endpoint. */
export class HttpsConnection implements Connection {
  /** Connections are made when needed: TLS for pods that may never be asked costs both sides. */
  readonly ready = true;
  readonly #endpoint: Endpoint;
  readonly #pool: Pool;
  readonly where: string;

  constructor(endpoint: Endpoint, trust: Trust) {
    const { host, port, service } = endpoint;
    this.#endpoint = endpoint;
    this.where = `${service} at ${host}:${port}`;
    this.#pool = new Pool(`https://${isIPv6(host) ? `[${host}]` : host}:${port}`, {
      connections: httpsDefaults.connectionsPerEndpoint,
      keepAliveTimeout: httpsDefaults.keepAliveMs,
      keepAliveMaxTimeout: httpsDefaults.keepAliveMs,
      // The deadline rules; undici's own timers are for when guard `deadline` is off.
      connect: taggingConnector(endpoint, trust),
    });
  }

  async request(call: HttpsCall): Promise<HttpsResponse> {
    const late = new AbortController();
    const timer =
      call.deadlineAtMs === undefined
        ? undefined
        : setTimeout(() => late.abort(), Math.max(0, call.deadlineAtMs - Date.now()));
    const signal = call.signal ? AbortSignal.any([call.signal, late.signal]) : late.signal;
    try {
      const { method, path, headers, body } = call;
      const answer = await this.#pool.request({
        method: method as Dispatcher.HttpMethod,
        path,
        headers,
        body: body ?? null,
        signal,
      });
      const bytes = Buffer.from(await answer.body.arrayBuffer());
      return judged({ status: answer.statusCode, headers: answer.headers, body: bytes, endpoint: this.#endpoint });
    } catch (thrown) {
      throw this.#failure(thrown, { late: late.signal.aborted, cancelled: call.signal?.aborted ?? false });
    } finally {
      clearTimeout(timer);
    }
  }

  async probe(signal: AbortSignal): Promise<void> {
    const answer = await this.#pool.request({ method: 'GET', path: HEALTH_PATH, signal });
    await answer.body.dump();
    if (answer.statusCode >= 300)
      throw new FaultflixError('unavailable', `${this.where} answered ${answer.statusCode} to ${HEALTH_PATH}`);
  }

  retire(): void {
    // Waits for requests that are out. Those that were not sent yet are sent.
    this.#pool.close().catch(() => undefined);
  }

  #failure(thrown: unknown, { late, cancelled }: { readonly late: boolean; readonly cancelled: boolean }): CallFailure {
    if (thrown instanceof CallFailure) return thrown;
    const where = this.where;
    const message = `${where}: ${messageOf(thrown)}`;
    if (cancelled) return new CallFailure(message, { kind: 'cancelled', code: 'cancelled', where, cause: thrown });
    if (late)
      return new CallFailure(`${where}: no answer in time`, { kind: 'timeout', code: 'deadline-exceeded', where });
    const kind = connectFailures.has(thrown as object) ? 'connect' : 'lost';
    return new CallFailure(message, { kind, code: 'unavailable', where, cause: thrown });
  }
}

/** Errors of making a connection: undici hands them to requests as they are, and nothing was sent then. */
const connectFailures = new WeakSet<object>();

/**
 * Whom a connection trusts: with certificates of this process, the service and region that are meant and no other, which in
 * turn are shown who asks; with the PEM of a root alone, whoever it vouches for at the address.
 */
export type Trust = Certificates | string;

function taggingConnector(expected: Peer, trust: Trust): buildConnector.connector {
  const timeout = httpsDefaults.connectMs;
  let made: { readonly by: Current | string; readonly connect: buildConnector.connector } | undefined;
  const connector = () => {
    const by = typeof trust === 'string' ? trust : trust.current;
    if (made?.by === by) return made.connect;
    const known =
      typeof by === 'string' ? { ca: by } : { secureContext: by.context, checkServerIdentity: isPeer(expected) };
    made = { by, connect: buildConnector({ ...known, timeout }) };
    return made.connect;
  };
  return (options, callback) =>
    connector()(options, (...result) => {
      if (result[0]) connectFailures.add(result[0]);
      callback(...result);
    });
}

/** Passes answers through; 502, 503 and 504 are thrown, for the pipeline to count and to try elsewhere. */
function judged(response: HttpsResponse): HttpsResponse {
  switch (response.status) {
    case 502:
      throw new UnwellAnswer(response, 'answer', 'unavailable');
    case 503:
      if (codeIn(response.body) === 'overloaded') throw new UnwellAnswer(response, 'refused', 'overloaded');
      throw new UnwellAnswer(response, 'answer', 'unavailable');
    case 504:
      throw new UnwellAnswer(response, 'answer', 'deadline-exceeded');
    default:
      return response;
  }
}

function codeIn(body: Buffer): string | undefined {
  try {
    return (JSON.parse(body.toString('utf8')) as { code?: string }).code;
  } catch {
    return undefined; // not of our kit
  }
}
