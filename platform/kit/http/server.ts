import { once } from 'node:events';
import { type IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest, LogController } from 'fastify';
import type { Logger } from 'pino';
import type { Clock } from '#base/clock.ts';
import { asFaultflixError, FaultflixError, httpStatusOf } from '#base/errors.ts';
import type { Admission, Place } from '../admission.ts';
import type { FaultSeam } from '../fault-seam.ts';
import { parseContext } from '../propagation.ts';
import { type Priority, type RequestContext, runWithRequest } from '../request-context.ts';
import { isRelayed } from '../resilience/call-failure.ts';
import type { Leaf } from '../tls.ts';
import { HEALTH_PATH, RELAYED_HEADER } from './paths.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Priority of the route's requests, and of the calls made on their behalf. Else what their baggage says. */
    priority?: Priority;
  }
}

export interface HttpsServerOptions {
  readonly service: string;
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  readonly leaf: Leaf;
  readonly routes: (app: FastifyInstance) => void | Promise<void>;
  readonly admission: Admission;
  readonly seam: FaultSeam;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface HttpsServer {
  readonly port: number;
  /** From now on each answer ends its connection, so that clients go elsewhere by themselves. */
  leave(): void;
  /** Serves connections to come with another certificate. */
  renew(leaf: Leaf): void;
  /** Ends when the requests in flight have; after `graceMs` they are cut off. */
  close(graceMs: number): Promise<void>;
}

/** Fastify over TLS, HTTP/1.1, behind the same door as gRPC. */
export async function httpsServer(options: HttpsServerOptions): Promise<HttpsServer> {
  const { leaf, log, host } = options;
  const state = { leaving: false };
  const app = Fastify({
    https: { key: leaf.key, cert: leaf.cert, ALPNProtocols: ['http/1.1'] },
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    // Longer than clients keep idle connections, so that it is they who close them: no request meets a closing one.
    keepAliveTimeout: 75_000,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
  }) as unknown as FastifyInstance;
  app.addHook('onRequest', (request, reply, next) => admit(options, { request, reply, next, state }));
  app.setErrorHandler((thrown, request, reply) => sendError(log, { thrown, request, reply }));
  app.setNotFoundHandler((request, reply) => {
    const error = new FaultflixError('not-found', 'no such resource', { received: `${request.method} ${request.url}` });
    return sendError(log, { thrown: error, request, reply });
  });
  app.get(HEALTH_PATH, { config: { priority: 'playing' } }, async (_request, reply) => reply.code(204).send());
  await options.routes(app);
  await app.ready();
  const { server } = app;
  server.listen(options.port, host);
  await once(server, 'listening').catch((cause) => {
    const where = `${host}:${options.port}`;
    throw new FaultflixError('could-not-run', 'the HTTPS port cannot be bound', { where, cause });
  });
  return {
    port: (server.address() as AddressInfo).port,
    leave: () => {
      state.leaving = true;
    },
    renew: ({ key, cert }) => {
      (server as unknown as { setSecureContext(context: Leaf): void }).setSecureContext({ key, cert });
    },
    close: async (graceMs) => {
      state.leaving = true;
      const timer = setTimeout(() => server.closeAllConnections(), graceMs);
      await app.close();
      clearTimeout(timer);
    },
  };
}

interface Arrival {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly next: (error?: Error) => void;
  readonly state: { readonly leaving: boolean };
}

function admit(options: HttpsServerOptions, { request, reply, next, state }: Arrival): void {
  const { admission, clock, seam, service } = options;
  const { config, url = 'unknown' } = request.routeOptions;
  const carried = contextOf(request.raw, clock.now());
  const context = config.priority === undefined ? carried : { ...carried, priority: config.priority };
  const method = `${request.method} ${url}`;
  const place = admission.enter({ protocol: 'https', method, priority: context.priority });
  watchResponse(reply.raw, place instanceof FaultflixError ? undefined : place, state);
  runWithRequest(context, () => {
    if (place instanceof FaultflixError) {
      next(place);
      return;
    }
    const waiting = seam.before(context, { service, method });
    if (waiting === undefined) next();
    else waiting.then(() => next(), next);
  });
}

/** Frees the place when the answer begins (who reads it slowly costs nothing), and counts when it ends. */
function watchResponse(response: ServerResponse, place: Place | undefined, state: { readonly leaving: boolean }): void {
  response.writeHead = ((...args: never[]) => {
    place?.worked();
    if (state.leaving && !response.headersSent) response.setHeader('connection', 'close');
    return Reflect.apply(ServerResponse.prototype.writeHead, response, args);
  }) as typeof response.writeHead;
  if (place === undefined) return;
  response.once('close', () => {
    const { statusCode, writableFinished } = response;
    place.leave(writableFinished ? (statusCode < 400 ? 'ok' : `http-${statusCode}`) : 'cancelled');
  });
}

function contextOf(message: IncomingMessage, nowMs: number): RequestContext {
  const { traceparent, baggage } = message.headers;
  return parseContext({ traceparent: single(traceparent), baggage: single(baggage), nowMs });
}

const single = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value);

interface Failed {
  readonly thrown: unknown;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** `{error: {code, message, …}}`, without causes: they are for the log. */
function sendError(log: Logger, { thrown, request, reply }: Failed): FastifyReply {
  const error = fromFastify(thrown) ?? asFaultflixError(thrown);
  const status = httpStatusOf(error);
  const where = `${request.method} ${request.routeOptions.url ?? request.url}`;
  if (status >= 500 && error.code !== 'overloaded') log.warn({ err: error, where }, 'a request failed');
  if (error.code === 'overloaded' || error.code === 'rate-limited') reply.header('retry-after', '1');
  if (isRelayed(thrown)) reply.header(RELAYED_HEADER, '1');
  const { cause: _cause, ...json } = error.toJSON();
  return reply.code(status).send({ error: json });
}

/** Fastify's own refusals (a body that is no JSON, too large…) carry a `statusCode` under 500. */
function fromFastify(thrown: unknown): FaultflixError | undefined {
  if (thrown instanceof FaultflixError || !(thrown instanceof Error)) return undefined;
  const { statusCode } = thrown as { statusCode?: number };
  if (statusCode === undefined || statusCode < 400 || statusCode >= 500) return undefined;
  return new FaultflixError('bad-input', thrown.message, { cause: thrown });
}
