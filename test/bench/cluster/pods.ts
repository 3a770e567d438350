/** How long pods of a small image take, by the API's own watch. */
import type { V1Pod } from '@kubernetes/client-node';
import type { KubeHttp } from '#base/kube/http.ts';
import { listWatch } from '#base/kube/list-watch.ts';

const NAMESPACE = 'bench';
const PODS = `/api/v1/namespaces/${NAMESPACE}/pods`;
const DEPLOYMENTS = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments`;
const labels = { app: 'bench' };
const spec = {
  automountServiceAccountToken: false,
  terminationGracePeriodSeconds: 1,
  containers: [
    {
      name: 'main',
      image: 'faultflix.local/shell:dev',
      imagePullPolicy: 'Never',
      command: ['sh', '-c', 'exec sleep 1000'],
    },
  ],
};

export interface PodTimes {
  /** From the POST of a pod that is bound to a node until it is ready. */
  readonly readyMs: readonly number[];
  /** From the delete, without grace, of a Deployment's only pod until its replacement is ready. */
  readonly replacedMs: readonly number[];
}

/** In a namespace of its own, which is then gone. */
export async function podTimes(http: KubeHttp, count: number): Promise<PodTimes> {
  await http.json({ method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name: NAMESPACE } } });
  try {
    await account(http);
    const { items } = await http.json<{ items: { metadata: { name: string } }[] }>({ path: '/api/v1/nodes' });
    const readyMs: number[] = [];
    for (let n = 0; n < count; n++) {
      const nodeName = items[n % items.length]!.metadata.name;
      const body = { metadata: { name: `pod-${n}` }, spec: { ...spec, nodeName } };
      const atMs = Date.now();
      await http.json({ method: 'POST', path: PODS, body });
      await ready(http, ({ metadata }) => metadata!.name === `pod-${n}`);
      readyMs.push(Date.now() - atMs);
    }
    const template = { metadata: { labels }, spec };
    const body = { metadata: { name: 'bench' }, spec: { replicas: 1, selector: { matchLabels: labels }, template } };
    await http.json({ method: 'POST', path: DEPLOYMENTS, body });
    const isOurs = ({ metadata }: V1Pod) => metadata!.labels?.app === labels.app;
    let pod = await ready(http, isOurs);
    const replacedMs: number[] = [];
    for (let n = 0; n < count; n++) {
      const { name, uid } = pod.metadata!;
      const atMs = Date.now();
      await http.json({ method: 'DELETE', path: `${PODS}/${name}`, body: { gracePeriodSeconds: 0 } });
      pod = await ready(http, (each) => isOurs(each) && each.metadata!.uid !== uid);
      replacedMs.push(Date.now() - atMs);
    }
    return { readyMs, replacedMs };
  } finally {
    await http.json({ method: 'DELETE', path: `/api/v1/namespaces/${NAMESPACE}` });
  }
}

async function ready(http: KubeHttp, fits: (pod: V1Pod) => boolean): Promise<V1Pod> {
  const met = new AbortController();
  let found: V1Pod | undefined;
  const look = (pod: V1Pod) => {
    const is = pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True');
    if (!is || !fits(pod)) return;
    found = pod;
    met.abort();
  };
  const signal = AbortSignal.any([met.signal, AbortSignal.timeout(60_000)]);
  await listWatch<V1Pod & { metadata: { name: string; uid: string; resourceVersion: string } }>({
    http,
    path: PODS,
    signal,
    onList: (pods) => pods.forEach(look),
    onEvent: (_type, pod) => look(pod),
  });
  if (!found) throw new Error('no such pod was ready within a minute');
  return found;
}

/** A pod is refused until its namespace has its service account. */
async function account(http: KubeHttp): Promise<void> {
  const met = new AbortController();
  const signal = AbortSignal.any([met.signal, AbortSignal.timeout(60_000)]);
  await listWatch<{ metadata: { name: string; uid: string; resourceVersion: string } }>({
    http,
    path: `/api/v1/namespaces/${NAMESPACE}/serviceaccounts`,
    signal,
    onList: (items) => items.length > 0 && met.abort(),
    onEvent: () => met.abort(),
  });
  if (!met.signal.aborted) throw new Error('the namespace had no service account within a minute');
}
