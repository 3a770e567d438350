/** Where the cluster's front doors and edges are: the EndpointSlices' pods, followed by a watch, last known good. */
import { reachable } from '#base/address.ts';
import type { Clock } from '#base/clock.ts';
import type { KubeHttp } from '#base/kube/http.ts';
import { type KubeObject, listWatch } from '#base/kube/list-watch.ts';
import { labels, listener, type Place, places, type Region } from '#base/names.ts';

interface Pod extends KubeObject {
  readonly metadata: KubeObject['metadata'] & { readonly labels?: Readonly<Record<string, string>> };
  readonly status?: {
    readonly podIP?: string;
    readonly conditions?: ReadonlyArray<{ readonly type: string; readonly status: string }>;
  };
}

export interface PodsOptions {
  readonly http: KubeHttp;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where the viewers are: decides the listener of a pod. */
  readonly home: Region;
  /** Told when the pods cannot be followed, each reason once: what was known stays. */
  readonly onTrouble: (why: string) => void;
}

export interface Pods {
  /** `host:port` of the routers that are ready. */
  routers(): readonly string[];
  /** Whether an address is one that an edge has, or had since this process began. */
  isEdge(address: string): boolean;
  readonly ended: Promise<void>;
}

export function followPods({ http, clock, signal, env, home, onTrouble }: PodsOptions): Pods {
  const known = new Map<string, Pod>();
  const edges = new Set<string>();
  let lastTrouble = '';
  const { port } = listener('https', home);
  const addressOf = (pod: Pod) => `${reachable(pod.status!.podIP!, env)}:${port}`;
  const serves = (pod: Pod, service: string) =>
    pod.metadata.labels?.[labels.service] === service && pod.status?.podIP !== undefined;
  const put = (pod: Pod) => {
    known.set(pod.metadata.uid, pod);
    if (serves(pod, 'edge')) edges.add(addressOf(pod));
  };
  const watch = (namespace: Place) =>
    listWatch<Pod>({
      http,
      clock,
      signal,
      path: `/api/v1/namespaces/${namespace}/pods`,
      query: { labelSelector: `${labels.service} in (router,edge)` },
      onList: (pods) => {
        for (const [uid, { metadata }] of known) if (metadata.namespace === namespace) known.delete(uid);
        for (const pod of pods) put(pod);
      },
      onEvent: (type, pod) => void (type === 'DELETED' ? known.delete(pod.metadata.uid) : put(pod)),
      onTrouble: (why) => {
        if (why !== lastTrouble) onTrouble(why);
        lastTrouble = why;
      },
    });
  const isReady = ({ status }: Pod) =>
    status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') ?? false;
  return {
    routers: () => [...known.values()].filter((pod) => serves(pod, 'router') && isReady(pod)).map(addressOf),
    isEdge: (address) => edges.has(address),
    ended: Promise.all(places.map(watch)).then(() => undefined),
  };
}
