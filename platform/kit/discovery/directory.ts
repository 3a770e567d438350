import type { Clock } from '#base/clock.ts';
import type { KubeHttp } from '#base/kube/http.ts';
import { listWatch } from '#base/kube/list-watch.ts';
import { type Door, distanceMs, type Place } from '#base/names.ts';
import type { Endpoint, Endpoints } from '../context.ts';
import { type EndpointSlice, endpointsOf } from './slices.ts';

export interface DirectoryOptions {
  readonly http: KubeHttp;
  readonly namespaces: readonly Place[];
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly onTrouble?: (namespace: Place, message: string, retryInMs: number) => void;
}

/**
 * All endpoints of all services, as each client of Eureka holds the whole registry: one watch for each namespace, however
 * many services are called. When the API server is away, what was known last stays.
 */
export class Directory {
  readonly #options: DirectoryOptions;
  readonly #slices = new Map<Place, Map<string, EndpointSlice>>();
  readonly #views = new Map<string, ServiceEndpoints>();
  /** Resolves when every namespace has been read, or could not be. */
  readonly known: Promise<void>;
  /** Rejects when a watch ended by our own fault; resolves after the signal aborted. */
  readonly done: Promise<unknown>;

  constructor(options: DirectoryOptions) {
    this.#options = options;
    const first = options.namespaces.map(() => Promise.withResolvers<void>());
    this.known = Promise.all(first.map(({ promise }) => promise)).then(() => undefined);
    this.done = Promise.all(options.namespaces.map((namespace, i) => this.#watch(namespace, first[i]!.resolve)));
  }

  endpoints(service: string, protocol: Door, from: Place): Endpoints {
    const key = `${service}/${protocol}/${from}`;
    let view = this.#views.get(key);
    if (view === undefined) {
      const env = this.#options.env;
      const read = () => endpointsOf(this.#allOf(), { service, protocol, from, ...(env ? { env } : {}) });
      view = new ServiceEndpoints(service, read, this.known);
      this.#views.set(key, view);
    }
    return view;
  }

  *#allOf(): Iterable<EndpointSlice> {
    for (const slices of this.#slices.values()) yield* slices.values();
  }

  #watch(namespace: Place, known: () => void): Promise<void> {
    const { http, clock, signal, onTrouble } = this.#options;
    return listWatch<EndpointSlice>({
      http,
      path: `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`,
      clock,
      signal,
      onList: (items) => {
        this.#slices.set(namespace, new Map(items.map((item) => [item.metadata.name, item])));
        known();
        for (const view of this.#views.values()) view.refresh();
      },
      onEvent: (type, slice) => {
        const slices = this.#slices.get(namespace)!;
        if (type === 'DELETED') slices.delete(slice.metadata.name);
        else slices.set(slice.metadata.name, slice);
        const service = slice.metadata.labels?.['kubernetes.io/service-name'];
        for (const view of this.#views.values()) if (view.service === service) view.refresh();
      },
      onTrouble: (message, retryInMs) => {
        // A namespace that cannot be read must not hold up calls to the others.
        known();
        onTrouble?.(namespace, message, retryInMs);
      },
    });
  }
}

/** The live list of one service. */
export class ServiceEndpoints implements Endpoints {
  readonly service: string;
  readonly known: Promise<void>;
  readonly #read: () => readonly Endpoint[];
  readonly #listeners = new Set<() => void>();
  #list: readonly Endpoint[];

  constructor(service: string, read: () => readonly Endpoint[], known: Promise<void>) {
    this.service = service;
    this.known = known;
    this.#read = read;
    this.#list = read();
  }

  list(): readonly Endpoint[] {
    return this.#list;
  }

  nearest(region: Place): readonly Endpoint[] {
    const rank = (endpoint: Endpoint) => (endpoint.region === region ? -1 : distanceMs(region, endpoint.region));
    return [...this.#list].sort((a, b) => rank(a) - rank(b));
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  refresh(): void {
    this.#list = this.#read();
    for (const listener of this.#listeners) listener();
  }
}
