import type { ServerResponse } from 'node:http';
import { timeOf } from '../lifecycle/status.ts';
import type { PodWorker } from '../pod-worker.ts';
import type { Usage, UsageMeter } from '../usage.ts';
import { HttpProblem } from './problem.ts';
import { selects } from './selector.ts';

const GROUP = 'metrics.k8s.io';
const VERSION = `${GROUP}/v1beta1`;

interface Options {
  readonly meter: UsageMeter;
  readonly workers: () => Iterable<PodWorker>;
  readonly nodes: () => readonly { readonly name: string; readonly labels: Readonly<Record<string, string>> }[];
}

/** The resource metrics API (metrics.k8s.io/v1beta1), which `kubectl top` asks, served to the API server as aggregated. */
export class Metrics {
  readonly #options: Options;

  constructor(options: Options) {
    this.#options = options;
  }

  answer(url: URL, response: ServerResponse): void {
    const body = this.#body(url.pathname, url.searchParams.get('labelSelector') ?? '');
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }

  #body(path: string, selector: string): object {
    const base = `/apis/${VERSION}`;
    if (path === '/apis') return { kind: 'APIGroupList', apiVersion: 'v1', groups: [group] };
    if (path === `/apis/${GROUP}`) return { apiVersion: 'v1', ...group };
    if (path === base) return resources;
    const [kind, ...rest] = path.slice(base.length + 1).split('/');
    if (kind === 'nodes') return this.#nodes(rest[0], selector);
    if (kind === 'pods') return this.#list(this.#pods(undefined, selector));
    if (kind === 'namespaces' && rest[1] === 'pods') {
      const pods = this.#pods(rest[0], selector);
      if (rest[2] === undefined) return this.#list(pods);
      const pod = pods.find((candidate) => candidate.metadata.name === rest[2]);
      if (pod) return pod;
    }
    throw new HttpProblem(404, `no metrics at ${path}`);
  }

  #list(items: readonly object[]): object {
    return { kind: 'PodMetricsList', apiVersion: VERSION, metadata: {}, items };
  }

  #pods(namespace: string | undefined, selector: string) {
    const usage = this.#options.meter.read();
    const found: ReturnType<typeof podMetrics>[] = [];
    for (const worker of this.#options.workers()) {
      const { metadata } = worker.pod;
      if (namespace !== undefined && metadata.namespace !== namespace) continue;
      if (!selects(selector, metadata.labels ?? {})) continue;
      const containers = usage.get(worker.uid);
      if (containers && containers.size > 0) found.push(podMetrics(worker, containers));
    }
    return found;
  }

  #nodes(name: string | undefined, selector: string): object {
    const usage = this.#options.meter.read();
    const items = this.#options
      .nodes()
      .filter((node) => (name === undefined || node.name === name) && selects(selector, node.labels))
      .map((node) => {
        const all = [...this.#options.workers()]
          .filter((worker) => worker.node === node.name)
          .flatMap((worker) => [...(usage.get(worker.uid)?.values() ?? [])]);
        const sum = { cpu: total(all, 'cpu'), memoryBytes: total(all, 'memoryBytes') };
        return {
          kind: 'NodeMetrics',
          apiVersion: VERSION,
          metadata: { name: node.name, labels: node.labels },
          timestamp: timeOf(Date.now()),
          window: '10s',
          usage: quantities(sum),
        };
      });
    if (name === undefined) return { kind: 'NodeMetricsList', apiVersion: VERSION, metadata: {}, items };
    if (!items[0]) throw new HttpProblem(404, `node "${name}" not found`);
    return items[0];
  }
}

function podMetrics({ pod }: PodWorker, containers: ReadonlyMap<string, Usage>) {
  const all = [...containers.values()];
  const { name, namespace, labels } = pod.metadata;
  return {
    kind: 'PodMetrics',
    apiVersion: VERSION,
    metadata: { name, namespace, labels },
    timestamp: timeOf(Math.max(...all.map((usage) => usage.atMs))),
    window: `${(Math.max(...all.map((usage) => usage.windowMs)) / 1_000).toFixed(3)}s`,
    containers: [...containers].map(([container, usage]) => ({ name: container, usage: quantities(usage) })),
  };
}

const total = (all: readonly Usage[], key: 'cpu' | 'memoryBytes') => all.reduce((sum, usage) => sum + usage[key], 0);

const quantities = ({ cpu, memoryBytes }: Pick<Usage, 'cpu' | 'memoryBytes'>) => ({
  cpu: `${Math.round(cpu * 1e9)}n`,
  memory: `${Math.round(memoryBytes / 1024)}Ki`,
});

const version = { groupVersion: VERSION, version: 'v1beta1' };
const group = { kind: 'APIGroup', name: GROUP, versions: [version], preferredVersion: version };
const resources = {
  kind: 'APIResourceList',
  apiVersion: 'v1',
  groupVersion: VERSION,
  resources: [
    { name: 'nodes', singularName: '', namespaced: false, kind: 'NodeMetrics', verbs: ['get', 'list'] },
    { name: 'pods', singularName: '', namespaced: true, kind: 'PodMetrics', verbs: ['get', 'list'] },
  ],
};
