import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { FaultflixError } from '../errors.ts';
import { apiUrl, type KubeConnection } from './connection.ts';

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export interface KubeRequest {
  readonly method?: string;
  readonly path: string;
  readonly query?: Query;
  readonly body?: unknown;
  /** Content type of the body; `application/json` unless told. */
  readonly contentType?: string;
  readonly accept?: string;
  readonly signal?: AbortSignal;
  /** No byte for this long ends the request (default 15 s). Watches pass their own bound. */
  readonly idleTimeoutMs?: number;
}

/** An answer of the API server that is not 2xx. `status` is its HTTP status, `reason` the one of `metav1.Status`. */
export class KubeStatusError extends FaultflixError {
  readonly status: number;
  readonly reason: string;
  constructor(status: number, reason: string, message: string, where: string) {
    const code =
      status === 404
        ? 'not-found'
        : status === 409
          ? 'conflict'
          : status === 410
            ? 'gone'
            : status === 403
              ? 'forbidden'
              : status === 401
                ? 'unauthenticated'
                : status === 422 || status === 400
                  ? 'bad-input'
                  : 'unavailable';
    super(code, message, { where, received: `HTTP ${status} ${reason}` });
    this.status = status;
    this.reason = reason;
  }
}

/** A small client of the Kubernetes API over HTTP/1.1 keep-alive: for processes that must start fast and stay small. */
export class KubeHttp {
  readonly #connection: KubeConnection;
  readonly #agent: Agent;

  /** `maxSockets`: requests beyond this many at once wait their turn (watches hold a socket each). */
  constructor(connection: KubeConnection, { maxSockets = 64 }: { readonly maxSockets?: number } = {}) {
    this.#connection = connection;
    const { ca, cert, key } = connection;
    this.#agent = new Agent({
      keepAlive: true,
      maxSockets,
      ca,
      ...(cert ? { cert } : {}),
      ...(key ? { key } : {}),
    });
  }

  /** The answer's JSON. Throws `KubeStatusError`, or `unavailable` when no answer came. */
  async json<T>(options: KubeRequest): Promise<T> {
    const response = await this.open(options);
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    return JSON.parse(Buffer.concat(chunks).toString('utf8') || 'null') as T;
  }

  /** The answer as a stream, its status already checked. */
  async open(options: KubeRequest): Promise<IncomingMessage> {
    const { path, query = {}, method = 'GET', body, contentType = 'application/json', signal } = options;
    const url = apiUrl(this.#connection, path);
    for (const [name, value] of Object.entries(query))
      if (value !== undefined) url.searchParams.set(name, String(value));
    const token = this.#connection.token?.();
    const payload =
      body === undefined ? undefined : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
    const where = `${method} ${url.pathname}`;
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const req = request(
        url,
        {
          method,
          agent: this.#agent,
          timeout: options.idleTimeoutMs ?? 15_000,
          ...(signal ? { signal } : {}),
          headers: {
            accept: options.accept ?? 'application/json',
            ...(token ? { authorization: `Bearer ${token}` } : {}),
            ...(payload ? { 'content-type': contentType, 'content-length': payload.length } : {}),
          },
        },
        resolve,
      );
      req.on('timeout', () => req.destroy(new Error('no byte from the API server in time')));
      req.on('error', (cause) =>
        reject(new FaultflixError('unavailable', 'the Kubernetes API did not answer', { where, cause })),
      );
      req.end(payload);
    });
    const status = response.statusCode ?? 0;
    if (status >= 200 && status < 300) return response;
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString('utf8');
    const { reason, message } = parseStatus(text);
    throw new KubeStatusError(status, reason, message, where);
  }

  close(): void {
    this.#agent.destroy();
  }
}

function parseStatus(text: string): { reason: string; message: string } {
  try {
    const status = JSON.parse(text) as { reason?: string; message?: string };
    return { reason: status.reason ?? 'Unknown', message: status.message ?? text };
  } catch {
    return { reason: 'Unknown', message: text.slice(0, 500) };
  }
}
