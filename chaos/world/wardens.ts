import { Agent, request } from 'node:http';
import type { V1Pod } from '@kubernetes/client-node';
import { reachable } from '#base/address.ts';
import { type ErrorJson, FaultflixError } from '#base/errors.ts';
import type { KubeHttp } from '#base/kube/http.ts';
import { type KubeObject, listWatch } from '#base/kube/list-watch.ts';
import { CHAOS_NAMESPACE, innerPorts, labels } from '#base/names.ts';
import type { PutToxic, WardenPod, WardenToxics } from '../warden/api.ts';

export interface WardensOptions {
  /** The bearer token, asked anew for each request. */
  readonly token: () => string;
  /** The address of the warden of a node. */
  readonly addressOf: (node: string) => { readonly host: string; readonly port: number } | undefined;
}

/** A warden answers within milliseconds; what hangs longer is retried by whoever asked. */
const TIMEOUT_MS = 3_000;

/** The wardens of all nodes, over their HTTP API. */
export class Wardens {
  readonly #options: WardensOptions;
  readonly #agent = new Agent({ keepAlive: true });

  constructor(options: WardensOptions) {
    this.#options = options;
  }

  put(node: string, toxic: PutToxic): Promise<unknown> {
    return this.#ask(node, 'PUT', '/v1/toxics', toxic);
  }

  remove(node: string, { podUid, proxy, name }: { podUid: string; proxy: string; name: string }): Promise<unknown> {
    return this.#ask(node, 'DELETE', `/v1/toxics/${[podUid, proxy, name].map(encodeURIComponent).join('/')}`);
  }

  /** What the node's warden sees at a pod; undefined when it knows no such pod. */
  async pod(node: string, podUid: string): Promise<WardenPod | undefined> {
    const { pods } = (await this.#ask(node, 'GET', `/v1/toxics?podUid=${encodeURIComponent(podUid)}`)) as WardenToxics;
    return pods[0];
  }

  /** On every node; rejects when one of them was not reached. */
  async renew(run: string, nodes: readonly string[], ttlMs: number): Promise<void> {
    await Promise.all(nodes.map((node) => this.#ask(node, 'POST', `/v1/leases/${encodeURIComponent(run)}`, { ttlMs })));
  }

  close(): void {
    this.#agent.destroy();
  }

  #ask(node: string, method: string, path: string, body?: unknown): Promise<unknown> {
    const address = this.#options.addressOf(node);
    if (!address) {
      return Promise.reject(
        new FaultflixError('unavailable', `no warden is known on node ${node}`, {
          expected: 'a ready pod of DaemonSet chaos/warden',
          todo: 'kubectl -n chaos get pods -l app.kubernetes.io/name=warden -o wide',
        }),
      );
    }
    const where = `${method} http://${address.host}:${address.port}${path}`;
    return new Promise((resolve, reject) => {
      const fail = (cause: unknown) =>
        reject(new FaultflixError('unavailable', `the warden of ${node} does not answer`, { where, cause }));
      const options = { ...address, method, path, agent: this.#agent, timeout: TIMEOUT_MS };
      const sent = request(options, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('error', fail);
        response.once('end', () => {
          try {
            const answer = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { error?: ErrorJson };
            if (answer.error) reject(FaultflixError.fromJSON(answer.error));
            else resolve(answer);
          } catch (cause) {
            fail(cause);
          }
        });
      });
      sent.once('timeout', () => sent.destroy(new Error(`no byte in ${TIMEOUT_MS} ms`)));
      sent.once('error', fail);
      sent.setHeader('authorization', `Bearer ${this.#options.token()}`);
      sent.setHeader('content-type', 'application/json');
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }
}

/** Where the wardens are, by a watch of their pods: last known good. */
export class WardenAddresses {
  readonly #ips = new Map<string, { readonly ip: string; readonly uid: string }>();

  addressOf(node: string): { readonly host: string; readonly port: number } | undefined {
    const found = this.#ips.get(node);
    return found && { host: reachable(found.ip), port: innerPorts.warden };
  }

  watch(http: KubeHttp, signal: AbortSignal): Promise<void> {
    return listWatch<V1Pod & KubeObject>({
      http,
      path: `/api/v1/namespaces/${CHAOS_NAMESPACE}/pods`,
      query: { labelSelector: `${labels.service}=warden` },
      signal,
      onList: (pods) => {
        this.#ips.clear();
        for (const pod of pods) this.#take(pod);
      },
      onEvent: (type, pod) => {
        if (type === 'DELETED') this.#drop(pod);
        else this.#take(pod);
      },
    });
  }

  #take({ metadata, spec, status }: V1Pod & KubeObject): void {
    if (!spec?.nodeName || !status?.podIP || status.phase !== 'Running') return;
    if ('deletionTimestamp' in metadata) return;
    this.#ips.set(spec.nodeName, { ip: status.podIP, uid: metadata.uid });
  }

  #drop({ metadata, spec }: V1Pod & KubeObject): void {
    // Its successor may have been seen before its end was.
    if (spec?.nodeName && this.#ips.get(spec.nodeName)?.uid === metadata.uid) this.#ips.delete(spec.nodeName);
  }
}
