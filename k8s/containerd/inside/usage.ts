/** Objects of metrics.k8s.io/v1beta1, made of what kubelets sum up (stats/v1alpha1 of k8s.io/kubelet). Pure. */
const GROUP = 'metrics.k8s.io';
const VERSION = `${GROUP}/v1beta1`;

export interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

interface Stats {
  readonly cpu?: { readonly time: string; readonly usageNanoCores?: number };
  readonly memory?: { readonly time: string; readonly workingSetBytes?: number };
}

export interface Summary {
  readonly node: Stats & { readonly nodeName: string };
  readonly pods?: readonly {
    readonly podRef: { readonly name: string; readonly namespace: string };
    readonly containers?: readonly (Stats & { readonly name: string })[];
  }[];
}

type Named = { readonly metadata: ObjectMeta };

/** cAdvisor's housekeeping interval: over about this long it takes a speed. */
const WINDOW = '10s';

export function nodeMetrics(nodes: readonly Named[], summaries: readonly Summary[]) {
  const byName = new Map(summaries.map((summary) => [summary.node.nodeName, summary.node]));
  return nodes.flatMap(({ metadata: { name, labels } }) => {
    const usage = usageOf(byName.get(name));
    if (!usage) return [];
    const { at, ...quantities } = usage;
    return [
      {
        kind: 'NodeMetrics',
        apiVersion: VERSION,
        metadata: { name, labels },
        timestamp: at,
        window: WINDOW,
        usage: quantities,
      },
    ];
  });
}

export function podMetrics(pods: readonly Named[], summaries: readonly Summary[]) {
  const byName = new Map(
    summaries.flatMap(({ pods: all = [] }) =>
      all.map((pod) => [`${pod.podRef.namespace}/${pod.podRef.name}`, pod] as const),
    ),
  );
  return pods.flatMap(({ metadata: { name, namespace, labels } }) => {
    const containers = (byName.get(`${namespace}/${name}`)?.containers ?? []).flatMap((container) => {
      const usage = usageOf(container);
      return usage ? [{ name: container.name, ...usage }] : [];
    });
    if (containers.length === 0) return [];
    return [
      {
        kind: 'PodMetrics',
        apiVersion: VERSION,
        metadata: { name, namespace, labels },
        timestamp: containers[0]!.at,
        window: WINDOW,
        containers: containers.map(({ name: container, cpu, memory }) => ({ name: container, usage: { cpu, memory } })),
      },
    ];
  });
}

/** Undefined until the kubelet has looked twice, as a speed needs two looks. */
function usageOf(stats: Stats | undefined) {
  const { cpu, memory } = stats ?? {};
  if (cpu?.usageNanoCores === undefined || memory?.workingSetBytes === undefined) return undefined;
  return { cpu: `${cpu.usageNanoCores}n`, memory: `${Math.round(memory.workingSetBytes / 1024)}Ki`, at: cpu.time };
}

const version = { groupVersion: VERSION, version: 'v1beta1' };
const group = { kind: 'APIGroup', name: GROUP, versions: [version], preferredVersion: version };
const resource = (name: string, kind: string, namespaced: boolean) => ({
  name,
  singularName: '',
  namespaced,
  kind,
  verbs: ['get', 'list'],
});

export const wrap = {
  list: (of: 'Node' | 'Pod', items: readonly object[]) => ({
    kind: `${of}MetricsList`,
    apiVersion: VERSION,
    metadata: {},
    items,
  }),
  notFound: (path: string) => ({
    kind: 'Status',
    apiVersion: 'v1',
    status: 'Failure',
    reason: 'NotFound',
    code: 404,
    message: `no metrics at ${path}`,
  }),
  /** What the group is and has, when the path asks that. */
  discovery: (path: string): object | undefined =>
    ({
      '/apis': { kind: 'APIGroupList', apiVersion: 'v1', groups: [group] },
      [`/apis/${GROUP}`]: { apiVersion: 'v1', ...group },
      [`/apis/${VERSION}`]: {
        kind: 'APIResourceList',
        apiVersion: 'v1',
        groupVersion: VERSION,
        resources: [resource('nodes', 'NodeMetrics', false), resource('pods', 'PodMetrics', true)],
      },
    })[path],
};
