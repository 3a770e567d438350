import type { Door, Protocol } from '#base/names.ts';
import type { Contract } from '#contracts/contract.ts';
import type { Client, Endpoints, EndpointsOptions, HttpsClient, Identity, ServiceContext } from './context.ts';
import type { Directory } from './discovery/directory.ts';
import type { GrpcConnection } from './grpc/connection.ts';
import type { HttpsConnection, Trust } from './http/connection.ts';
import { lazy } from './lazy.ts';
import { Callee, type CalleeOptions } from './pipeline/callee.ts';
import type { Connect, Connection } from './pipeline/connection.ts';
import { calleeReporter } from './pipeline/reporter.ts';
import type { SpanSink } from './tracing/spans.ts';

export type CalleesOptions = Pick<ServiceContext, 'metrics' | 'log' | 'guards' | 'clock' | 'rng'> & {
  readonly identity: Identity;
  readonly directory: Directory;
  /** With the PEM of a root alone (benches, tests of HTTPS) nothing is called by gRPC that asks who calls. */
  readonly trust: Trust;
  readonly spans?: SpanSink;
};

/** All services that this process calls: one pipeline for each service and protocol, however often it is asked for. */
export class Callees {
  readonly #options: CalleesOptions;
  readonly #clients = new Map<string, unknown>();
  readonly #open: { close(): void }[] = [];

  constructor(options: CalleesOptions) {
    this.#options = options;
  }

  client<Definition>(contract: Contract<Definition>): Client<Definition> {
    return this.#once(contract.service, () => {
      const { trust } = this.#options;
      const certificates = typeof trust === 'string' ? undefined : trust;
      const { GrpcConnection } = lazy.grpcConnection();
      const shared = this.#callee<GrpcConnection>(
        contract.callee,
        'grpc',
        (endpoint) => new GrpcConnection(endpoint, certificates),
      );
      return lazy
        .grpcClient()
        .grpcClient({ contract, ...shared, clock: this.#options.clock, spans: this.#options.spans });
    });
  }

  https(service: string): HttpsClient {
    return this.#once(`https/${service}`, () => {
      const { HttpsConnection } = lazy.httpsConnection();
      const { trust } = this.#options;
      const shared = this.#callee<HttpsConnection>(
        service,
        'https',
        (endpoint) => new HttpsConnection(endpoint, trust),
      );
      return lazy.httpsClient().httpsClient({ ...shared, clock: this.#options.clock, spans: this.#options.spans });
    });
  }

  endpoints(service: string, door: Door, { from }: EndpointsOptions = {}): Endpoints {
    return this.#options.directory.endpoints(service, door, from ?? this.#options.identity.region);
  }

  close(): void {
    for (const callee of this.#open.splice(0)) callee.close();
  }

  #callee<C extends Connection>(name: string, protocol: Protocol, connect: Connect<C>) {
    const { metrics, log, guards, clock, rng, identity } = this.#options;
    return this.#once(`callee/${protocol}/${name}`, () => {
      const reporter = calleeReporter({ callee: name, metrics, log });
      const options: CalleeOptions<C> = {
        name,
        place: identity.region,
        endpoints: this.endpoints(name, protocol),
        connect,
        guards,
        clock,
        rng: rng.fork(`balance/${name}`),
        reporter,
      };
      const callee = new Callee(options);
      this.#open.push(callee);
      return { callee, reporter };
    });
  }

  #once<T>(key: string, make: () => T): T {
    if (!this.#clients.has(key)) this.#clients.set(key, make());
    return this.#clients.get(key) as T;
  }
}
