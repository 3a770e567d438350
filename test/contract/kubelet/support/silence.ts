import { FaultflixError } from '#base/errors.ts';
import { kubeletPid } from './abilities.ts';
import type { Cluster } from './cluster.ts';
import { eventually, type Json } from './space.ts';

const MERGE = 'application/merge-patch+json';

/**
 * Stops the kubelet of one node, so that the node falls silent: no lease, no status, its pods untouched. Resolves with
 * what lets it go on. A real kubelet's process is stopped; the project's own kubelet, which plays all nodes, takes no
 * more notice of a node with the annotation (k8s/local/kubelet/node/silent.ts).
 */
export async function silence(cluster: Cluster, node: string): Promise<() => Promise<void>> {
  if (cluster.can.own) {
    const annotate = async (value: string | null) => {
      const body = { metadata: { annotations: { 'faultflix.dev/silent': value } } };
      await cluster.http.json({ method: 'PATCH', path: `/api/v1/nodes/${node}`, contentType: MERGE, body });
    };
    await annotate('true');
    return () => annotate(null);
  }
  const pid = kubeletPid(cluster.kubeconfig, node);
  if (pid === undefined)
    throw new FaultflixError('could-not-run', 'no process is the kubelet of the node', { where: node });
  process.kill(pid, 'SIGSTOP');
  return async () => void process.kill(pid, 'SIGCONT');
}

/** Keeps new pods of other cases from a node, and waits for those on it to end. Resolves with what opens it again. */
export async function quiet(cluster: Cluster, node: string): Promise<() => Promise<void>> {
  const cordon = async (unschedulable: true | null) => {
    const body = { spec: { unschedulable } };
    await cluster.http.json({ method: 'PATCH', path: `/api/v1/nodes/${node}`, contentType: MERGE, body });
  };
  await cordon(true);
  await eventually(`no case has a pod on ${node}`, async () => {
    const { items } = await cluster.http.json<Json>({
      path: '/api/v1/pods',
      query: { fieldSelector: `spec.nodeName=${node}` },
    });
    const busy = items.filter(({ metadata }: Json) => /^kubelet-[0-9a-f]{8}$/.test(metadata.namespace));
    if (busy.length > 0) throw new Error(busy.map(({ metadata }: Json) => metadata.name).join());
  });
  return () => cordon(null);
}
