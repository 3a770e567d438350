/**
 * The viewer's page and the way from it to the platform: `/v1` and `/oidc` go to a router, `/edge/<host:port>/…` to an edge
 * of the cluster and to nothing else. It binds loopback and answers to its own names only, since a page of another origin
 * could have its own name resolved to 127.0.0.1.
 */
import { pipeline } from 'node:stream/promises';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { Agent, type Dispatcher } from 'undici';
import { FaultflixError, httpStatusOf } from '#base/errors.ts';
import type { Page } from '../../build/page.ts';
import type { Pods } from './pods.ts';

export interface ServeOptions {
  readonly page: Page;
  readonly pods: Pick<Pods, 'routers' | 'isEdge'>;
  /** PEM of what the platform's certificates are checked against. */
  readonly ca: string;
  readonly home: string;
  /** 0 for any free one. */
  readonly port: number;
}

export interface WatchServer {
  readonly url: string;
  close(): Promise<void>;
}

const HOST = '127.0.0.1';
const CONNECT_MS = 2_000;
const ANSWER_MS = 10_000;

const pageHeaders = {
  'content-security-policy':
    "default-src 'self'; img-src 'self' data:; media-src 'self' blob:; base-uri 'none'; frame-ancestors 'none'; object-src 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** RFC 9110, 7.6.1, and what is said of the connection to us rather than of the request. */
const ofTheConnection = new Set([
  ...['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade'],
  ...['host', 'content-length', 'expect', 'accept-encoding'],
]);

export async function serveWatch({ page, pods, ca, home, port }: ServeOptions): Promise<WatchServer> {
  const app = fastify({ forceCloseConnections: true, bodyLimit: 256 * 1_024 });
  const agent = new Agent({
    connect: { ca, timeout: CONNECT_MS, rejectUnauthorized: true },
    headersTimeout: ANSWER_MS,
    bodyTimeout: ANSWER_MS,
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.addHook('onRequest', async ({ headers }) => {
    const { host = 'no Host header' } = headers;
    if (ownHosts(app).includes(host)) return;
    const expected = ownHosts(app).join(' or ');
    throw new FaultflixError('forbidden', 'not a name of this server', { expected, received: host });
  });
  app.setErrorHandler((thrown, _request, reply) => {
    const error =
      thrown instanceof FaultflixError ? thrown : new FaultflixError('unavailable', (thrown as Error).message);
    return reply.code(httpStatusOf(error)).send({ code: error.code, detail: error.message });
  });

  const routed = async (request: FastifyRequest, reply: FastifyReply) => {
    const own = { 'x-forwarded-host': request.headers.host!, 'x-forwarded-proto': 'http', 'x-faultflix-home': home };
    const [first, ...others] = inTurn(pods.routers());
    if (first === undefined) throw new FaultflixError('unavailable', 'no router is ready');
    const passed = { request, reply, agent, path: request.url, own };
    for (const [n, origin] of [first, ...others].entries()) {
      try {
        return await pass({ ...passed, origin });
      } catch (thrown) {
        // One that is gone has not heard of the request, so the next one may.
        if (n === others.length || !neverConnected(thrown)) throw thrown;
      }
    }
  };
  app.all('/v1/*', routed);
  app.all('/oidc', routed);
  app.all('/oidc/*', routed);
  app.get<{ Params: { edge: string; '*': string } }>('/edge/:edge/*', async (request, reply) => {
    const { edge, '*': rest } = request.params;
    if (!pods.isEdge(edge)) throw new FaultflixError('not-found', 'not an edge of this cluster', { received: edge });
    await pass({ request, reply, agent, origin: edge, path: `/${rest}`, own: {} });
  });
  app.get('/*', async ({ url }, reply) => {
    const path = url.split('?', 1)[0]!;
    const isPage = path === '/' || path === '/callback';
    const file = page.get(isPage ? '/index.html' : path);
    if (!file) throw new FaultflixError('not-found', 'no such file', { where: path });
    const cached = path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache';
    if (isPage) reply.header('set-cookie', `faultflix-home=${home}; Path=/; SameSite=Strict`);
    return reply.headers(pageHeaders).header('cache-control', cached).type(file.type).send(file.bytes);
  });

  try {
    await app.listen({ host: HOST, port });
  } catch (cause) {
    const busy = (cause as NodeJS.ErrnoException).code === 'EADDRINUSE';
    throw new FaultflixError(busy ? 'conflict' : 'could-not-run', `port ${port} cannot be opened`, {
      where: `${HOST}:${port}`,
      todo: 'give another with --port N, or --port 0 for any free one',
      cause,
    });
  }
  return {
    url: `http://${HOST}:${portOf(app)}/`,
    async close() {
      await app.close();
      await agent.destroy();
    },
  };
}

interface Passed {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly agent: Agent;
  /** `host:port`. */
  readonly origin: string;
  readonly path: string;
  readonly own: Readonly<Record<string, string>>;
}

/** One request, as it is; the answer as it comes, at the pace of who reads it. */
async function pass({ request, reply, agent, origin, path, own }: Passed): Promise<void> {
  const headers = Object.entries(request.headers).flatMap(([name, value]) =>
    value === undefined || ofTheConnection.has(name) || name.startsWith('x-forwarded-') ? [] : [[name, value] as const],
  );
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  const answer = await agent.request({
    origin: `https://${origin}`,
    path,
    method: request.method as Dispatcher.HttpMethod,
    headers: { ...Object.fromEntries(headers), ...own },
    body: (request.body as Buffer | undefined) ?? null,
    signal: gone.signal,
  });
  reply.hijack();
  const passed = Object.entries(answer.headers).filter(
    ([name, value]) => value !== undefined && (name === 'content-length' || !ofTheConnection.has(name)),
  );
  reply.raw.writeHead(answer.statusCode, Object.fromEntries(passed) as Record<string, string | string[]>);
  // A film that breaks off in the middle of a segment is told by the connection's end: its player asks elsewhere.
  await pipeline(answer.body, reply.raw).catch(() => reply.raw.destroy());
}

/** Of undici and of the system: nothing was sent. */
const neverConnected = (thrown: unknown): boolean =>
  ['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT'].includes(
    (thrown as NodeJS.ErrnoException).code ?? '',
  );

let turn = 0;
function inTurn<T>(all: readonly T[]): readonly T[] {
  turn += 1;
  return all.map((_, i) => all[(i + turn) % all.length]!);
}

const portOf = (app: FastifyInstance): number => (app.server.address() as { port: number }).port;
const ownHosts = (app: FastifyInstance): readonly string[] =>
  [HOST, 'localhost'].map((name) => `${name}:${portOf(app)}`);
