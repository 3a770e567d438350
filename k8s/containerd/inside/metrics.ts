import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Agent, createServer, request } from 'node:https';
import type { TLSSocket } from 'node:tls';
import type { KubeHttp } from '#base/kube/http.ts';
import { offerMetrics } from '../../local/kubelet/server/aggregation.ts';
import { BRIDGE_ADDRESS } from '../layout.ts';
import { nodeMetrics, type ObjectMeta, podMetrics, type Summary, wrap } from './usage.ts';

const PORT = 10_270;
const KUBELET_PORT = 10_250;
const KUBELET_BOUND_MS = 5_000;

export interface MetricsOptions {
  readonly api: KubeHttp;
  /** Path of a file of the cluster's certificates. */
  readonly pki: (name: string) => string;
}

interface NodeObject {
  readonly metadata: ObjectMeta;
  readonly status?: { readonly addresses?: readonly { readonly type: string; readonly address: string }[] };
}

/**
 * Serves metrics.k8s.io, which `kubectl top` asks, as an aggregated API: what metrics-server does elsewhere. Each answer
 * is what the kubelets say at that moment; a kubelet that does not answer is left out.
 */
export async function serveMetrics({ api, pki }: MetricsOptions): Promise<void> {
  const read = (name: string) => readFileSync(pki(name));
  const agent = new Agent({
    ca: read('ca.crt'),
    cert: read('apiserver-kubelet-client.crt'),
    key: read('apiserver-kubelet-client.key'),
    keepAlive: true,
  });
  const server = createServer(
    {
      cert: read('kubelet-server.crt'),
      key: read('kubelet-server.key'),
      ca: read('front-proxy-ca.crt'),
      requestCert: true,
      rejectUnauthorized: true, // only the API server has a certificate of the front proxy's
    },
    (incoming, response) => {
      answer({ api, agent, incoming, response }).catch((error) => {
        response.writeHead(503, { 'content-type': 'text/plain' }).end(String(error));
      });
    },
  );
  server.on('tlsClientError', (_, socket: TLSSocket) => socket.destroy());
  server.listen(PORT, BRIDGE_ADDRESS);
  await once(server, 'listening');
  await offerMetrics(api, { address: BRIDGE_ADDRESS, port: PORT, ca: read('ca.crt') });
}

interface Asked {
  readonly api: KubeHttp;
  readonly agent: Agent;
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
}

async function answer({ api, agent, incoming, response }: Asked): Promise<void> {
  const url = new URL(incoming.url ?? '/', 'https://metrics');
  const selector = url.searchParams.get('labelSelector') ?? undefined;
  const reply = (body: object | undefined) =>
    response
      .writeHead(body ? 200 : 404, { 'content-type': 'application/json' })
      .end(JSON.stringify(body ?? wrap.notFound(url.pathname)));
  const discovery = wrap.discovery(url.pathname);
  if (discovery) return void reply(discovery);
  const [kind, ...rest] = url.pathname.slice('/apis/metrics.k8s.io/v1beta1/'.length).split('/');
  const list = async <T>(path: string) =>
    (await api.json<{ items: T[] }>({ path, query: { labelSelector: selector } })).items;
  const allNodes = (await api.json<{ items: NodeObject[] }>({ path: '/api/v1/nodes' })).items;
  const summaries = (await Promise.all(allNodes.map((node) => summaryOf(node, agent)))).filter((each) => !!each);
  if (kind === 'nodes') {
    const metrics = nodeMetrics(await list<NodeObject>('/api/v1/nodes'), summaries);
    return void reply(rest[0] ? metrics.find((each) => each.metadata.name === rest[0]) : wrap.list('Node', metrics));
  }
  const namespace = kind === 'namespaces' && rest[1] === 'pods' ? rest[0] : undefined;
  if (kind !== 'pods' && namespace === undefined) return void reply(undefined);
  const path = namespace === undefined ? '/api/v1/pods' : `/api/v1/namespaces/${namespace}/pods`;
  const metrics = podMetrics(await list<{ metadata: ObjectMeta }>(path), summaries);
  const name = namespace === undefined ? undefined : rest[2];
  reply(name ? metrics.find((each) => each.metadata.name === name) : wrap.list('Pod', metrics));
}

/** A kubelet's own sums; undefined when it does not answer. */
function summaryOf({ status }: NodeObject, agent: Agent): Promise<Summary | undefined> {
  const host = status?.addresses?.find(({ type }) => type === 'InternalIP')?.address;
  return new Promise((resolve) => {
    const req = request(
      { agent, host, port: KUBELET_PORT, path: '/stats/summary?only_cpu_and_memory=true', timeout: KUBELET_BOUND_MS },
      async (response) => {
        try {
          const chunks: Buffer[] = [];
          for await (const chunk of response) chunks.push(chunk as Buffer);
          resolve(response.statusCode === 200 ? JSON.parse(Buffer.concat(chunks).toString()) : undefined);
        } catch {
          resolve(undefined); // it went away while it answered
        }
      },
    );
    req.on('timeout', () => req.destroy());
    req.on('error', () => resolve(undefined));
    req.end();
  });
}
