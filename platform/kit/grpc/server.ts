import { isIPv6 } from 'node:net';
import { type Metadata, Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData } from '@grpc/grpc-js';
import { HealthImplementation } from 'grpc-health-check';
import type { Logger } from 'pino';
import type { Clock } from '#base/clock.ts';
import { asFaultflixError, FaultflixError } from '#base/errors.ts';
import { type Caller, mayCall } from '#contracts/callers.ts';
import type { Admission } from '../admission.ts';
import type { GrpcService, ServerCall } from '../context.ts';
import type { FaultSeam } from '../fault-seam.ts';
import type { Certificates } from '../mtls/certificates.ts';
import { type Peer, peerUri } from '../mtls/peer.ts';
import { type PeerDoor, peerDoor } from '../mtls/peer-door.ts';
import type { Refuse } from '../mtls/refusals.ts';
import { headerNames, parseContext } from '../propagation.ts';
import { type RequestContext, runWithRequest } from '../request-context.ts';
import { RememberedAnswers } from '../resilience/idempotency.ts';
import { recordServed } from '../tracing/record.ts';
import type { SpanSink } from '../tracing/spans.ts';
import { loadMethods } from './proto.ts';
import { toStatus } from './status.ts';

export interface GrpcServerOptions {
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  readonly services: readonly GrpcService[];
  readonly admission: Admission;
  readonly seam: FaultSeam;
  readonly clock: Clock;
  readonly log: Logger;
  readonly spans?: SpanSink | undefined;
  /** Who may call. Without it the server is plaintext and open, as no pod's is: for benches, and tests of what is behind. */
  readonly guarded?: Guarded;
}

export interface Guarded {
  readonly certificates: Certificates;
  readonly callers: readonly Caller[];
  readonly refuse: Refuse;
}

export interface GrpcServer {
  readonly port: number;
  /** Says NOT_SERVING to those who ask; calls are still served. */
  leave(): void;
  /** Ends when the calls in flight have; after `graceMs` they are cut off. */
  close(graceMs: number): Promise<void>;
}

type UnaryCall = ServerUnaryCall<unknown, unknown>;

/** A grpc-js server with grpc.health.v1. grpc-js itself cancels a call whose grpc-timeout is over. */
export async function grpcServer(options: GrpcServerOptions): Promise<GrpcServer> {
  const server = new Server({
    'grpc.enable_channelz': 0,
    // Clients ping every 5 s; a connection whose other end is gone is noticed likewise.
    'grpc.keepalive_time_ms': 10_000,
    'grpc.keepalive_timeout_ms': 5_000,
  });
  const health = new HealthImplementation({ '': 'SERVING' });
  health.addToServer(server);
  const answers = new RememberedAnswers({ clock: options.clock });
  const serving: { peerAt?: PeerDoor['peerAt'] } = {};
  const refusal = (call: UnaryCall, method: string) =>
    options.guarded && refusalOf(options.guarded, serving.peerAt?.(call.getPeer()), method);
  for (const service of options.services) {
    addService(server, { ...options, answers, service, refusal });
    health.setStatus(service.contract.service, 'SERVING');
  }
  const door = options.guarded && (await guard(server, options, options.guarded));
  if (door) serving.peerAt = door.peerAt;
  const port = door?.port ?? (await bindPlaintext(server, options));
  return {
    port,
    leave: () => {
      health.setStatus('', 'NOT_SERVING');
      for (const { contract } of options.services) health.setStatus(contract.service, 'NOT_SERVING');
    },
    close: (graceMs) =>
      new Promise((resolve) => {
        const timer = setTimeout(() => server.forceShutdown(), graceMs);
        // grpc-js waits for connections that it has accepted itself, and only begins to end those that came by the door.
        const left = door?.close();
        server.tryShutdown(async () => {
          await left;
          clearTimeout(timer);
          resolve();
        });
      }),
  };
}

/** Its port, and what comes in there: sessions of HTTP/2 over connections whose other end is known. */
function guard(server: Server, { host, port }: GrpcServerOptions, guarded: Guarded): Promise<PeerDoor> {
  // TLS is done at the door, where who is refused, and why, can be told.
  const sessions = server.createConnectionInjector(ServerCredentials.createInsecure());
  return peerDoor({ host, port, ...guarded, enter: (socket) => sessions.injectConnection(socket) });
}

function bindPlaintext(server: Server, options: GrpcServerOptions): Promise<number> {
  return new Promise<number>((resolve, reject) => {
    const at = isIPv6(options.host) ? `[${options.host}]` : options.host;
    server.bindAsync(`${at}:${options.port}`, ServerCredentials.createInsecure(), (cause, bound) => {
      if (cause === null) return resolve(bound);
      const where = `${options.host}:${options.port}`;
      reject(new FaultflixError('could-not-run', 'the gRPC port cannot be bound', { where, cause }));
    });
  });
}

/** Undefined when the peer may call. */
function refusalOf({ callers, refuse }: Guarded, peer: Peer | undefined, method: string): FaultflixError | undefined {
  if (peer && mayCall(callers, peer)) return undefined;
  const received = peer ? peerUri(peer) : 'a connection that has ended';
  refuse('not-allowed', { method, peer: received });
  return new FaultflixError('forbidden', 'this service does not answer to the caller', {
    where: method,
    received,
    expected: callers.join(', ') || 'nobody',
  });
}

interface Serving extends GrpcServerOptions {
  readonly service: GrpcService;
  readonly answers: RememberedAnswers;
  readonly refusal: (call: UnaryCall, method: string) => FaultflixError | undefined;
}

function addService(server: Server, serving: Serving): void {
  const { contract, handlers } = serving.service;
  const methods = loadMethods(contract);
  const missing = methods.find(({ name }) => handlers[name] === undefined);
  if (missing) throw new FaultflixError('could-not-run', `${contract.service} has no handler for ${missing.name}`);
  server.addService(
    Object.fromEntries(methods.map(({ definition }) => [definition.path, definition])),
    Object.fromEntries(methods.map(({ name, definition }) => [definition.path, unary(serving, name)])),
  );
}

function unary(serving: Serving, method: string): (call: UnaryCall, callback: sendUnaryData<unknown>) => void {
  const { service, admission, seam, clock, log, answers, spans, refusal } = serving;
  const { contract } = service;
  const handler = service.handlers[method]!;
  const idempotent = contract.idempotent.has(method);
  const name = `${contract.callee}.${method}`;
  return (call, callback) => {
    const startMs = clock.now();
    const request = contextOf(call, startMs);
    const ended = (outcome: string) => spans && recordServed({ spans, request, name, startMs, clock, outcome });
    const refused = refusal(call, name);
    if (refused) {
      ended(refused.code);
      return callback(toStatus(refused));
    }
    const place = admission.enter({ protocol: 'grpc', method, priority: request.priority });
    if (place instanceof FaultflixError) {
      ended(place.code);
      return callback(toStatus(place, { refused: true }));
    }
    const key = text(call.metadata, headerNames.idempotencyKey);
    const serverCall = serverCallOf(call, { method, request, key });
    const work = async () => {
      await seam.before(request, { service: contract.callee, method });
      return handler(call.request as never, serverCall);
    };
    const remembered = () =>
      key === undefined || idempotent
        ? work()
        : answers.once(`${method}/${request.session ?? ''}/${key}`, call.request, work);
    runWithRequest(request, remembered).then(
      (answer) => {
        place.leave(call.cancelled ? 'cancelled' : 'ok');
        ended(call.cancelled ? 'cancelled' : 'ok');
        callback(null, answer);
      },
      (thrown: unknown) => {
        const error = asFaultflixError(thrown);
        place.leave(call.cancelled ? 'cancelled' : error.code);
        ended(call.cancelled ? 'cancelled' : error.code);
        if (error.code === 'internal')
          log.error({ err: error, method, 'trace.id': request.traceId }, 'a handler failed');
        callback(toStatus(thrown));
      },
    );
  };
}

function contextOf(call: UnaryCall, nowMs: number): RequestContext {
  const deadline = call.getDeadline();
  const deadlineAtMs = deadline instanceof Date ? deadline.getTime() : deadline;
  return parseContext({
    traceparent: text(call.metadata, headerNames.traceparent),
    baggage: text(call.metadata, headerNames.baggage),
    nowMs,
    deadlineAtMs: Number.isFinite(deadlineAtMs) ? deadlineAtMs : undefined,
  });
}

interface CallFacts {
  readonly method: string;
  readonly request: RequestContext;
  readonly key: string | undefined;
}

/** The signal is made when asked for: most handlers never do. */
function serverCallOf(call: UnaryCall, { method, request, key }: CallFacts): ServerCall {
  let controller: AbortController | undefined;
  return {
    method,
    request,
    idempotencyKey: key,
    get signal() {
      if (controller === undefined) {
        controller = new AbortController();
        const { signal } = controller;
        const abort = () => controller?.abort(new FaultflixError('cancelled', 'nobody waits for this call any more'));
        if (call.cancelled) abort();
        else call.once('cancelled', abort);
        return signal;
      }
      return controller.signal;
    },
  };
}

function text(metadata: Metadata, key: string): string | undefined {
  const value = metadata.get(key)[0];
  return typeof value === 'string' ? value : undefined;
}
