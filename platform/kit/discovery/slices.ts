import { reachable } from '#base/address.ts';
import type { KubeObject } from '#base/kube/list-watch.ts';
import { type Door, isPlace, labels, listener, type Place } from '#base/names.ts';
import type { Endpoint } from '../context.ts';

/** What is read of a `discovery.k8s.io/v1` EndpointSlice. */
export interface EndpointSlice extends KubeObject {
  readonly metadata: KubeObject['metadata'] & { readonly labels?: Readonly<Record<string, string>> };
  readonly endpoints?: readonly SliceEndpoint[] | null;
  readonly ports?: readonly { readonly name?: string; readonly port?: number }[] | null;
}

interface SliceEndpoint {
  readonly addresses: readonly string[];
  readonly conditions?: { readonly ready?: boolean; readonly serving?: boolean; readonly terminating?: boolean };
  readonly nodeName?: string;
  readonly zone?: string;
  readonly targetRef?: { readonly uid?: string };
}

export interface SliceQuery {
  readonly service: string;
  readonly protocol: Door;
  /** Where the callers are: decides the port. */
  readonly from: Place;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/**
 * The endpoints of a service: the ready ones, or when there is none at all those that end but still serve, as
 * kube-proxy does (https://kubernetes.io/docs/reference/networking/virtual-ips/#traffic-to-terminating-endpoints).
 * Sorted by id, so that the same cluster gives the same list.
 */
export function endpointsOf(slices: Iterable<EndpointSlice>, query: SliceQuery): readonly Endpoint[] {
  const portName = listener(query.protocol, query.from).name;
  const found = new Map<string, Endpoint>();
  for (const slice of slices) {
    const region = slice.metadata.namespace ?? '';
    if (slice.metadata.labels?.[labels.sliceService] !== query.service || !isPlace(region)) continue;
    const port = slice.ports?.find(({ name }) => name === portName)?.port;
    if (port === undefined) continue;
    for (const item of slice.endpoints ?? []) {
      const endpoint = endpointOf(item, { service: query.service, region, port, env: query.env ?? process.env });
      // The controller moves endpoints between slices, so that for a moment one is in two.
      if (endpoint && found.get(endpoint.id)?.state !== 'ready') found.set(endpoint.id, endpoint);
    }
  }
  const all = [...found.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  const ready = all.filter(({ state }) => state === 'ready');
  return ready.length > 0 ? ready : all;
}

interface Surroundings {
  readonly service: string;
  readonly region: Place;
  readonly port: number;
  readonly env: Readonly<Record<string, string | undefined>>;
}

function endpointOf(item: SliceEndpoint, { service, region, port, env }: Surroundings): Endpoint | undefined {
  const podIp = item.addresses[0];
  // The API: an absent `ready` means ready; an absent `serving` follows `ready`.
  const { ready = true, serving = ready, terminating = false } = item.conditions ?? {};
  const state = terminating ? (serving ? 'terminating' : undefined) : ready ? 'ready' : undefined;
  if (podIp === undefined || state === undefined) return undefined;
  const host = reachable(podIp, env);
  return {
    id: `${item.targetRef?.uid ?? ''}@${host}:${port}`,
    service,
    region,
    node: item.nodeName,
    zone: item.zone,
    podIp,
    host,
    port,
    state,
  };
}
