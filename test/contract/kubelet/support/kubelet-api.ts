import { reachable } from '#base/address.ts';
import { KubeHttp } from '#base/kube/http.ts';
import { kubeconfigConnection } from '#base/kube/kubeconfig.ts';
import type { Cluster } from './cluster.ts';
import type { Json } from './space.ts';

/** Where a node's kubelet listens, for who can reach it: a pod of the node. */
export async function kubeletAddress(cluster: Cluster, node: string): Promise<{ host: string; port: number }> {
  const { status } = await cluster.http.json<Json>({ path: `/api/v1/nodes/${node}` });
  const type = cluster.can.own ? 'Hostname' : 'InternalIP';
  const { address } = status.addresses.find((candidate: Json) => candidate.type === type);
  return { host: reachable(address), port: status.daemonEndpoints.kubeletEndpoint.Port };
}

/**
 * Asks a node's kubelet what it tells of itself: through the API server; straight on the local cluster, whose kubelet
 * listens at a loopback address, to which an API server never proxies.
 */
export async function askKubelet(cluster: Cluster, node: string, path: string): Promise<string> {
  const { host, port } = await kubeletAddress(cluster, node);
  const server = `https://${host}:${port}`;
  const http = cluster.can.own
    ? new KubeHttp({ ...(await kubeconfigConnection(cluster.kubeconfig)), server })
    : cluster.http;
  const response = await http.open({ path: cluster.can.own ? path : `/api/v1/nodes/${node}/proxy${path}` });
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += chunk;
  return text;
}
