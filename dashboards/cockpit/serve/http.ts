/**
 * The cockpit over HTTP: the page, a snapshot and the stream of changes; nothing that changes anything. It binds
 * loopback only and answers only to its own names, since a page of another origin could have its own name resolved to
 * 127.0.0.1 (DNS rebinding) and read everything.
 */
import type { ServerResponse } from 'node:http';
import fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import { FaultflixError, httpStatusOf } from '#base/errors.ts';
import type { Page } from '../../build/page.ts';
import type { Message } from '../feed/wire.ts';
import type { Feed } from './feed.ts';

export interface CockpitServer {
  readonly url: string;
  close(): Promise<void>;
}

export interface ServeOptions {
  readonly page: Page;
  readonly feed: Pick<Feed, 'state' | 'listen'>;
  /** 0 for any free one. */
  readonly port: number;
}

const HOST = '127.0.0.1';
const MAX_STREAMS = 32;
/** A reader this far behind is cut off; it comes back by itself and gets a whole state. */
const MAX_BACKLOG_BYTES = 8 * 1024 * 1024;

const headers = {
  // Images that PatternFly's style sheets carry inside themselves are no request to anyone.
  'content-security-policy':
    "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

export async function serveCockpit({ page, feed, port }: ServeOptions): Promise<CockpitServer> {
  const app = fastify({ forceCloseConnections: true });
  const streams = new Set<ServerResponse>();
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(headers);
    if (!ownHosts(app).includes(request.headers.host ?? '')) {
      throw new FaultflixError('forbidden', 'not a name of this server', {
        expected: ownHosts(app).join(' or '),
        received: request.headers.host ?? 'no Host header',
      });
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      reply.header('allow', 'GET, HEAD').code(405);
      return reply.send({ error: { message: 'the cockpit only reads' } });
    }
  });
  app.setErrorHandler((thrown, _request, reply) => {
    const error = thrown instanceof FaultflixError ? thrown : undefined;
    return reply
      .code(error ? httpStatusOf(error) : ((thrown as { statusCode?: number }).statusCode ?? 500))
      .send({ error: error ?? { message: (thrown as Error).message } });
  });
  app.get('/api/snapshot', { exposeHeadRoute: true }, async (_request, reply) =>
    reply.header('cache-control', 'no-store').send(feed.state),
  );
  app.get('/api/events', { exposeHeadRoute: false }, async (_request, reply) => {
    if (streams.size >= MAX_STREAMS) {
      throw new FaultflixError('overloaded', 'too many pages are open', { expected: `at most ${MAX_STREAMS}` });
    }
    stream(reply, feed, streams);
  });
  app.get('/*', async (request, reply) => {
    const path = request.url.split('?', 1)[0]!;
    const file = page.get(path === '/' ? '/index.html' : path);
    if (!file) throw new FaultflixError('not-found', 'no such file', { where: path });
    const cached = path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache';
    return reply.header('cache-control', cached).type(file.type).send(file.bytes);
  });
  try {
    await app.listen({ host: HOST, port });
  } catch (cause) {
    const busy = (cause as NodeJS.ErrnoException).code === 'EADDRINUSE';
    throw new FaultflixError(busy ? 'conflict' : 'could-not-run', `port ${port} cannot be opened`, {
      where: `${HOST}:${port}`,
      todo: busy ? 'give another with --port N, or --port 0 for any free one' : 'give another with --port N',
      cause,
    });
  }
  return {
    url: `http://${HOST}:${portOf(app)}/`,
    async close() {
      for (const response of streams) response.destroy();
      await app.close();
    },
  };
}

function stream(reply: FastifyReply, feed: ServeOptions['feed'], streams: Set<ServerResponse>): void {
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, { ...headers, 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  const send = (message: Message) => {
    if (raw.writableLength > MAX_BACKLOG_BYTES) raw.destroy();
    else raw.write(`data: ${JSON.stringify(message)}\n\n`);
  };
  send({ type: 'state', state: feed.state });
  const stop = feed.listen(send);
  streams.add(raw);
  raw.on('error', () => raw.destroy());
  raw.on('close', () => {
    stop();
    streams.delete(raw);
  });
}

const portOf = (app: FastifyInstance): number => (app.server.address() as { port: number }).port;
const ownHosts = (app: FastifyInstance): readonly string[] =>
  [HOST, 'localhost'].map((name) => `${name}:${portOf(app)}`);
