import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { asFaultflixError, FaultflixError, httpStatusOf } from '#base/errors.ts';
import type { Logger } from '../world/log.ts';
import type { WardenHealth } from './api.ts';
import { leaseBody, toxicBody } from './body.ts';
import type { Warden } from './warden.ts';

export interface WardenServerOptions {
  readonly warden: Warden;
  /** Asked anew for each request, since a mounted Secret may be exchanged. */
  readonly token: () => string;
  readonly health: () => WardenHealth;
  readonly log: Logger;
}

export function wardenServer(options: WardenServerOptions): Server {
  return createServer((request, response) => {
    answer(request, options).then(
      (body) => send(response, 200, body),
      (thrown: unknown) => {
        const error = asFaultflixError(thrown);
        if (error.code === 'internal') options.log.error({ err: error }, 'a request failed');
        send(response, httpStatusOf(error), { error: error.toJSON() });
      },
    );
  });
}

async function answer(request: IncomingMessage, options: WardenServerOptions): Promise<unknown> {
  const { warden, health } = options;
  const url = new URL(request.url ?? '/', 'http://warden');
  const parts = url.pathname.split('/').slice(1).map(decodeURIComponent);
  const route = `${request.method} /${parts.slice(0, 2).join('/')}`;
  if (route === 'GET /healthz') return health();
  authenticate(request, options.token());
  if (route === 'GET /v1/toxics' && parts.length === 2) {
    return warden.toxics(url.searchParams.get('podUid') ?? undefined);
  }
  if (route === 'PUT /v1/toxics' && parts.length === 2) {
    await warden.put(await toxicBody(request));
    return {};
  }
  if (route === 'DELETE /v1/toxics' && parts.length === 5) {
    await warden.remove({ podUid: parts[2]!, proxy: parts[3]!, name: parts[4]! });
    return {};
  }
  if (route === 'POST /v1/leases' && parts.length === 3) {
    const { ttlMs } = await leaseBody(request);
    warden.renew(parts[2]!, ttlMs);
    return {};
  }
  throw new FaultflixError('not-found', 'no such route', { received: `${request.method} ${url.pathname}` });
}

function authenticate(request: IncomingMessage, token: string): void {
  const given = Buffer.from(/^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '');
  const wanted = Buffer.from(token);
  if (wanted.length > 0 && given.length === wanted.length && timingSafeEqual(given, wanted)) return;
  throw new FaultflixError('unauthenticated', 'the warden does not know this caller', {
    expected: 'Authorization: Bearer with the token of Secret warden-token',
    received: given.length === 0 ? 'no token' : 'another token',
  });
}

function send(response: ServerResponse, status: number, value: unknown): void {
  const text = JSON.stringify(value);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}
