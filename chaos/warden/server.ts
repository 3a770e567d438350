import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { z } from 'zod';
import { asFaultflixError, FaultflixError, httpStatusOf } from '#base/errors.ts';
import type { Logger } from '../world/log.ts';
import type { WardenHealth } from './api.ts';
import type { Warden } from './warden.ts';

export interface WardenServerOptions {
  readonly warden: Warden;
  /** Asked anew for each request, since a mounted Secret may be exchanged. */
  readonly token: () => string;
  readonly health: () => WardenHealth;
  readonly log: Logger;
}

const MAX_BODY_BYTES = 64_000;

const putToxic = z.strictObject({
  podUid: z.string().min(1),
  podIp: z.string().min(1),
  proxy: z.string().min(1),
  name: z.string().min(1),
  type: z.string().min(1),
  stream: z.enum(['upstream', 'downstream']),
  toxicity: z.number().min(0).max(1).default(1),
  attributes: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])),
  expiresAtMs: z.int().positive(),
});

const lease = z.strictObject({ ttlMs: z.number() });

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
    await warden.put(await body(request, putToxic));
    return {};
  }
  if (route === 'DELETE /v1/toxics' && parts.length === 5) {
    await warden.remove({ podUid: parts[2]!, proxy: parts[3]!, name: parts[4]! });
    return {};
  }
  if (route === 'POST /v1/leases' && parts.length === 3) {
    const { ttlMs } = await body(request, lease);
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

async function body<T>(request: IncomingMessage, schema: z.ZodType<T>): Promise<T> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) {
      throw new FaultflixError('bad-input', 'the body is too large', { expected: `at most ${MAX_BODY_BYTES} bytes` });
    }
    chunks.push(chunk);
  }
  let value: unknown;
  try {
    value = JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch (cause) {
    throw new FaultflixError('bad-input', 'the body is not JSON', { cause });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new FaultflixError('bad-input', 'the body is not right', {
    where: issue?.path.join('.') ?? '',
    expected: issue?.message ?? '',
    received: JSON.stringify(value).slice(0, 200),
  });
}

function send(response: ServerResponse, status: number, value: unknown): void {
  const text = JSON.stringify(value);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}
