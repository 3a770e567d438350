import { get } from 'node:https';
import { kubeconfigConnection } from '#base/kube/kubeconfig.ts';
import type { Cluster } from './cluster.ts';
import type { Json } from './space.ts';

export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** Where a node's kubelet listens, for who can reach it: a pod of the node. */
export async function kubeletAddress(cluster: Cluster, node: string): Promise<Endpoint> {
  const { status } = await cluster.http.json<Json>({ path: `/api/v1/nodes/${node}` });
  const type = cluster.can.own ? 'Hostname' : 'InternalIP';
  const { address } = status.addresses.find((candidate: Json) => candidate.type === type);
  return { host: address, port: status.daemonEndpoints.kubeletEndpoint.Port };
}

/**
 * Asks a node's kubelet what it tells of itself: through the API server; straight on the local cluster, whose kubelet
 * listens at a loopback address, to which an API server never proxies.
 */
export async function askKubelet(cluster: Cluster, node: string, path: string): Promise<string> {
  if (cluster.can.own) return askStraight(cluster, await kubeletAddress(cluster, node), path);
  const response = await cluster.http.open({ path: `/api/v1/nodes/${node}/proxy${path}` });
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += chunk;
  return text;
}

/** With the certificate of the kubeconfig's user; the kubelet's own is checked for its name, as the API server does. */
async function askStraight({ kubeconfig }: Cluster, endpoint: Endpoint, path: string): Promise<string> {
  const { ca, cert, key } = await kubeconfigConnection(kubeconfig);
  const identity = { ca, servername: 'kubelet.kube-system.svc', ...(cert ? { cert } : {}), ...(key ? { key } : {}) };
  return new Promise((resolve, reject) => {
    get({ ...endpoint, path, ...identity, agent: false }, async (response) => {
      let text = '';
      for await (const chunk of response.setEncoding('utf8')) text += chunk;
      if (response.statusCode === 200) resolve(text);
      else reject(new Error(`${path}: ${response.statusCode} ${text}`));
    }).on('error', reject);
  });
}
