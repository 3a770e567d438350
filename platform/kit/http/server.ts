import { once } from 'node:events';
import { type IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SecureContextOptions, TLSSocket } from 'node:tls';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest, LogController } from 'fastify';
import type { Logger } from 'pino';
import type { Clock } from '#base/clock.ts';
import { FaultflixError } from '#base/errors.ts';
import { type Caller, mayCall } from '#contracts/callers.ts';
import type { Admission, Place } from '../admission.ts';
import type { FaultSeam } from '../fault-seam.ts';
import { judged } from '../mtls/judged.ts';
import { peerUri } from '../mtls/peer.ts';
import type { Refuse } from '../mtls/refusals.ts';
import { parseContext, priorityWithin } from '../propagation.ts';
import { currentRequest, type Priority, type RequestContext, runWithRequest } from '../request-context.ts';
import { isRelayed } from '../resilience/call-failure.ts';
import { seldom } from '../seldom.ts';
import type { Leaf } from '../tls.ts';
import { recordServed } from '../tracing/record.ts';
import type { SpanSink } from '../tracing/spans.ts';
import { allowedMethods } from './allowed-methods.ts';
import { readJsonBodies } from './json-body.ts';
import { type HttpLimits, httpLimits } from './limits.ts';
import { refuseMalformed } from './malformed.ts';
import { HEALTH_PATH, RELAYED_HEADER, TRACE_HEADER } from './paths.ts';
import { PROBLEM_TYPE, problemOf } from './problem.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The most of the route's requests, and of the calls made on their behalf: baggage may ask for less. Else what it says. */
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
  readonly spans?: SpanSink | undefined;
  readonly limits?: Partial<HttpLimits>;
  /** Who may come, by certificate. Without it: whoever comes. */
  readonly guarded?: GuardedDoor;
}

export interface GuardedDoor {
  /** PEM of the roots that vouch for callers. */
  readonly ca: string;
  readonly callers: readonly Caller[];
  readonly refuse: Refuse;
}

export interface HttpsServer {
  readonly port: number;
  /** From now on each answer ends its connection, so that clients go elsewhere by themselves. */
  leave(): void;
  /** Serves connections to come with another certificate, and trusts other roots where it asks for theirs. */
  renew(leaf: Leaf, ca: string): void;
  /** Ends when the requests in flight have; after `graceMs` they are cut off. */
  close(graceMs: number): Promise<void>;
}

/** Fastify over TLS, HTTP/1.1, behind the same door as gRPC. */
export async function httpsServer(options: HttpsServerOptions): Promise<HttpsServer> {
  const { leaf, log, host, guarded } = options;
  const limits = { ...httpLimits, ...options.limits };
  const state = { leaving: false };
  const app = Fastify({
    https: { ...contextOf(leaf, guarded?.ca), ...transportOptions(limits), ...(guarded ? askForTheirs : {}) },
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    connectionTimeout: limits.silenceMs,
    keepAliveTimeout: limits.keepAliveMs,
    requestTimeout: limits.requestMs,
    bodyLimit: limits.bodyBytes,
    routerOptions: { maxParamLength: 500 }, // signatures are in paths
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    clientErrorHandler: refuseMalformed,
    frameworkErrors: (thrown, request, reply) => void sendError(log, { thrown, request, reply: reply as FastifyReply }),
  }) as unknown as FastifyInstance;
  if (guarded) app.addHook('onRequest', async (request) => judgeCaller(guarded, request));
  app.addHook('onRequest', (request, reply, next) => admit(options, { request, reply, next, state }));
  app.setErrorHandler((thrown, request, reply) => sendError(log, { thrown, request, reply }));
  const allowed = allowedMethods(app);
  app.setNotFoundHandler((request, reply) => {
    const methods = allowed(request.url);
    if (methods.length > 0) reply.header('allow', methods.join(', '));
    return sendError(log, { thrown: noRoute(request, methods), request, reply });
  });
  readJsonBodies(app);
  app.get(HEALTH_PATH, { config: { priority: 'playing' } }, async (_request, reply) => reply.code(204).send());
  await options.routes(app);
  await app.ready();
  const { server } = app;
  server.maxConnections = limits.connections;
  server.maxHeadersCount = limits.headerCount;
  const tell = seldom(options.clock);
  server.on('drop', () =>
    log[tell() ? 'warn' : 'debug']({ connections: limits.connections }, 'a connection more than are taken was closed'),
  );
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
    renew: (renewed, ca) => {
      const secure = server as unknown as { setSecureContext(context: SecureContextOptions): void };
      secure.setSecureContext(contextOf(renewed, guarded && ca));
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
  const { admission, clock, seam, service, spans } = options;
  const { config, url = 'unknown' } = request.routeOptions;
  const startMs = clock.now();
  const carried = requestContextOf(request.raw, startMs);
  const { priority: most } = config;
  const priority = most === undefined ? carried.priority : priorityWithin(most, single(request.raw.headers.baggage));
  const context = { ...carried, priority };
  const method = `${request.method} ${url}`;
  const place = admission.enter({ protocol: 'https', method, priority: context.priority });
  reply.raw.setHeader(TRACE_HEADER, context.traceId);
  if (spans) {
    reply.raw.once('close', () => {
      const { statusCode, writableFinished } = reply.raw;
      const outcome = writableFinished ? (statusCode < 400 ? 'ok' : `http-${statusCode}`) : 'cancelled';
      recordServed({ spans, request: context, name: method, startMs, clock, outcome });
    });
  }
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

function requestContextOf(message: IncomingMessage, nowMs: number): RequestContext {
  const { traceparent, baggage } = message.headers;
  return parseContext({ traceparent: single(traceparent), baggage: single(baggage), nowMs });
}

const single = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value);

interface Failed {
  readonly thrown: unknown;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

function sendError(log: Logger, { thrown, request, reply }: Failed): FastifyReply {
  const problem = problemOf(thrown, currentRequest()?.traceId);
  const { status, code } = problem;
  const where = `${request.method} ${request.routeOptions.url ?? request.url}`;
  if (status >= 500 && code !== 'overloaded')
    log.warn({ err: thrown, where, 'trace.id': currentRequest()?.traceId }, 'a request failed');
  if ((code === 'overloaded' || code === 'rate-limited') && !reply.hasHeader('retry-after'))
    reply.header('retry-after', '1');
  if (isRelayed(thrown)) reply.header(RELAYED_HEADER, '1');
  return reply
    .code(status)
    .header('content-type', PROBLEM_TYPE)
    .send(Buffer.from(JSON.stringify(problem)));
}

function noRoute({ method, url }: FastifyRequest, allowed: readonly string[]): FaultflixError {
  const received = `${method} ${url.slice(0, 200)}`;
  if (allowed.length === 0) return new FaultflixError('not-found', 'no such resource', { received });
  return new FaultflixError('method-not-allowed', 'not with this method', { received, expected: allowed.join(', ') });
}

/** All of it each time: what a renewal does not say again goes back to Node's defaults, the lowest version of TLS too. */
const contextOf = ({ key, cert }: Leaf, ca: string | undefined): SecureContextOptions => ({
  key,
  cert,
  minVersion: 'TLSv1.3',
  ...(ca === undefined ? {} : { ca }),
});

/** Judged at each request, so that who is refused is told so. */
const askForTheirs = { requestCert: true, rejectUnauthorized: false } as const;

/** Throws `unauthenticated` or `forbidden`. Anybody may ask for the health of a door. */
function judgeCaller({ callers, refuse }: GuardedDoor, { raw, routeOptions }: FastifyRequest): void {
  if (routeOptions.url === HEALTH_PATH) return;
  const where = `${raw.method} ${routeOptions.url ?? 'unknown'}`;
  let why = '';
  const peer = judged(raw.socket as TLSSocket, (because, error) => {
    why = `${because}: ${error}`;
    refuse(because, { where, remoteAddress: raw.socket.remoteAddress, why: error });
  });
  const expected = callers.join(', ');
  if (peer === undefined)
    throw new FaultflixError('unauthenticated', 'only services of ours are served here', { expected, received: why });
  if (mayCall(callers, peer)) return;
  const received = peerUri(peer);
  refuse('not-allowed', { where, peer: received });
  throw new FaultflixError('forbidden', 'this service does not answer to the caller', { expected, received });
}

/** Options of Node's server: TLS, and the limits that hold before Fastify sees anything. The parser stays strict. */
function transportOptions(limits: HttpLimits) {
  return {
    ALPNProtocols: ['http/1.1'],
    handshakeTimeout: limits.handshakeMs,
    headersTimeout: limits.headersMs,
    connectionsCheckingInterval: limits.checkMs,
    maxHeaderSize: limits.headerBytes,
    requireHostHeader: true,
    insecureHTTPParser: false,
  } as const;
}
