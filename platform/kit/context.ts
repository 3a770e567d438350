import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { Clock } from '#base/clock.ts';
import type { Door, Place, Region } from '#base/names.ts';
import type { Rng } from '#base/rng.ts';
import type { AnswerOf, Contract, MethodName, ReceivedOf, RequestOf, ResponseOf } from '#contracts/contract.ts';
import type { Metrics } from './metrics.ts';
import type { Certificates } from './mtls/certificates.ts';
import type { Priority, RequestContext } from './request-context.ts';
import type { FallbackOptions, WithFallback } from './resilience/fallback.ts';
import type { Guards } from './resilience/guards.ts';

/** Who this process is, from the variables that every service container gets. */
export interface Identity {
  readonly service: string;
  readonly region: Place;
  readonly pod: string;
  readonly podUid: string;
  /** As the Kubernetes API shows it; bind and connect through `reachable(podIp)`. */
  readonly podIp: string;
  readonly node: string;
}

/** What the kit gives to a service. */
export interface ServiceContext {
  readonly identity: Identity;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly guards: Guards;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborts when the process is asked to end: for loops that should stop then. */
  readonly ending: AbortSignal;
  /** This process's own and the roots that it trusts, for what is not called through the kit. */
  readonly certificates: Certificates;
  /** A typed gRPC client whose every call goes through the whole pipeline. One a contract; asking again gives the same. */
  client<Definition>(contract: Contract<Definition>): Client<Definition>;
  /** The same pipeline for HTTPS: what the router uses towards gateways. */
  https(service: string): HttpsClient;
  /** The live list of a service's pods, for those who hand out addresses. */
  endpoints(service: string, door: Door, options?: EndpointsOptions): Endpoints;
  /** `call`; when it fails for lack of health and guard `fallback` is on, `instead`'s value with `degraded: true`. */
  withFallback<T>(options: FallbackOptions<T>): Promise<WithFallback<T>>;
  /** Runs at shutdown after calls are drained, the last registered first. */
  onShutdown(close: () => void | Promise<void>): void;
}

// ---- gRPC, calling

export interface CallOptions {
  /** Makes a call that is not idempotent by itself safe to repeat; travels as `idempotency-key`. */
  readonly idempotencyKey?: string;
  /** Longest the whole call may take, retries included; never longer than the caller's own deadline. Default 2 s. */
  readonly timeoutMs?: number;
  readonly priority?: Priority;
  /** Region whose pods are tried first; the own one unless told. */
  readonly prefer?: Region;
  readonly signal?: AbortSignal;
}

/**
 * Rejects with a `FaultflixError`: the callee's own when it answered with one, else `unavailable`,
 * `deadline-exceeded`, `overloaded`, `guard-refused` or `cancelled`.
 */
export type Client<Definition> = {
  readonly [Name in MethodName<Definition>]: (
    request: RequestOf<Definition, Name>,
    options?: CallOptions,
  ) => Promise<AnswerOf<Definition, Name>>;
};

// ---- gRPC, serving

export interface ServerCall {
  readonly method: string;
  /** What travels with the request; also `currentRequest()`. */
  readonly request: RequestContext;
  readonly idempotencyKey: string | undefined;
  /** Aborts when the caller is gone or its deadline has passed. */
  readonly signal: AbortSignal;
}

/** Throw a `FaultflixError`: its code becomes the gRPC status and arrives at the caller as itself. */
export type Handlers<Definition> = {
  readonly [Name in MethodName<Definition>]: (
    request: ReceivedOf<Definition, Name>,
    call: ServerCall,
  ) => Promise<ResponseOf<Definition, Name>> | ResponseOf<Definition, Name>;
};

export interface GrpcService {
  readonly contract: Contract<unknown>;
  readonly handlers: Readonly<Record<string, (request: never, call: ServerCall) => unknown>>;
}

/** Ties handlers to their contract: `grpc: (context) => [serve(catalog, { listTitles: … })]`. */
export function serve<Definition>(contract: Contract<Definition>, handlers: Handlers<Definition>): GrpcService {
  return { contract, handlers: handlers as unknown as GrpcService['handlers'] };
}

// ---- HTTPS

export interface HttpsRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
  /** Safe to repeat; GET, HEAD, PUT, DELETE and OPTIONS are unless told. */
  readonly idempotent?: boolean;
  readonly idempotencyKey?: string;
  /** Requests of one key go to one pod while it is well (rendezvous hashing). */
  readonly stickyKey?: string;
  readonly prefer?: Region;
  /** As that of gRPC calls, but 4 s unless told. */
  readonly timeoutMs?: number;
  readonly priority?: Priority;
  readonly signal?: AbortSignal;
}

export interface HttpsResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  /** Which pod answered. */
  readonly endpoint: Endpoint;
}

export interface HttpsClient {
  /** Resolves with any answer but 502, 503, 504, which are tried elsewhere when that is safe and else resolve too. */
  request(request: HttpsRequest): Promise<HttpsResponse>;
}

/** Adds routes. `config: { priority: 'browsing' }` on a route sets the priority of what it calls. */
export type HttpsRoutes = (app: FastifyInstance, context: ServiceContext) => void | Promise<void>;

// ---- Discovery

export interface Endpoint {
  /** `<pod uid>@<host>:<port>`: one pod's life at one door. */
  readonly id: string;
  readonly service: string;
  readonly region: Place;
  readonly node: string | undefined;
  readonly zone: string | undefined;
  /** As the API shows it. */
  readonly podIp: string;
  /** Where this machine reaches it. */
  readonly host: string;
  readonly port: number;
  /** `terminating`: still serving, used only when nothing else is left. */
  readonly state: 'ready' | 'terminating';
}

export interface EndpointsOptions {
  /** Where the ones who will connect are; decides the port. The own place unless told. */
  readonly from?: Place;
}

export interface Endpoints {
  /** Every usable endpoint: the ready ones, or when there is none at all, those that end but still serve. */
  list(): readonly Endpoint[];
  /** `list()`, the nearest region (by distance from `region`) first. */
  nearest(region: Place): readonly Endpoint[];
  onChange(listener: () => void): () => void;
  /** Resolves when the list is known for the first time, or it is known that it cannot be read. */
  readonly known: Promise<void>;
}
