import { backoffMs } from '#base/clock.ts';
import { messageOf } from '#base/errors.ts';
import { type KubeHttp, KubeStatusError } from '#base/kube/http.ts';
import { log } from '../log.ts';
import { type NodeSpec, type NodeStatusInput, nodeMetadata, nodeStatus } from './node-object.ts';

/** As the kubelet: a lease of 40 s renewed each 10 s; the status each 5 min even when nothing changed. */
const LEASE_SECONDS = 40;
const RENEW_MS = 10_000;
const STATUS_MS = 300_000;
const RETRY = { firstMs: 100, maxMs: 5_000 };

interface Options {
  readonly http: KubeHttp;
  readonly node: NodeSpec;
  readonly status: Omit<NodeStatusInput, 'node' | 'nowMs'>;
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/** Registers one node and keeps it alive. A node that somebody deleted stays deleted until the kubelet restarts. */
export class NodeKeeper {
  readonly #options: Options;
  #timer: NodeJS.Timeout | undefined;
  #statusAtMs = 0;
  #nodeUid = '';
  #fails = 0;
  #silent = false;
  removed = false;

  constructor(options: Options) {
    this.#options = options;
    options.signal.addEventListener('abort', () => clearTimeout(this.#timer), { once: true });
  }

  /** Resolves when the API server has the node and says that it is Ready. */
  async register(): Promise<void> {
    for (let attempt = 0; !this.#options.signal.aborted; attempt++) {
      try {
        await this.#create();
        await this.#putStatus();
        await this.#renew();
        this.#beat(RENEW_MS);
        return;
      } catch (thrown) {
        log('node-not-registered', { node: this.#options.node.name, message: messageOf(thrown) });
        await new Promise((resolve) => setTimeout(resolve, backoffMs(attempt, RETRY)));
      }
    }
  }

  /** The node's object was deleted: no more heartbeats. */
  remove(): void {
    this.removed = true;
    clearTimeout(this.#timer);
  }

  /** Neither lease nor status is renewed while the node is silent; heard again, it tells both at once. */
  silence(silent: boolean): void {
    if (this.#silent === silent) return;
    this.#silent = silent;
    clearTimeout(this.#timer);
    if (silent) return;
    this.#statusAtMs = 0;
    this.#beat(0);
  }

  async #create(): Promise<void> {
    const { http, node } = this.#options;
    const metadata = nodeMetadata(node);
    const body = { apiVersion: 'v1', kind: 'Node', metadata, status: this.#status() };
    try {
      const made = await http.json<{ metadata: { uid: string } }>({ method: 'POST', path: '/api/v1/nodes', body });
      this.#nodeUid = made.metadata.uid;
    } catch (thrown) {
      if (!(thrown instanceof KubeStatusError && thrown.reason === 'AlreadyExists')) throw thrown;
      const path = `/api/v1/nodes/${node.name}`;
      const patch = { metadata: { labels: metadata.labels } };
      const known = await http.json<{ metadata: { uid: string } }>({
        method: 'PATCH',
        path,
        contentType: MERGE,
        body: patch,
      });
      this.#nodeUid = known.metadata.uid;
    }
  }

  #status(): object {
    return nodeStatus({ ...this.#options.status, node: this.#options.node, nowMs: this.#options.now() });
  }

  async #putStatus(): Promise<void> {
    const { http, node, now } = this.#options;
    await http.json({
      method: 'PATCH',
      path: `/api/v1/nodes/${node.name}/status`,
      contentType: 'application/strategic-merge-patch+json',
      body: { status: this.#status() },
    });
    this.#statusAtMs = now();
  }

  async #renew(): Promise<void> {
    const { http, node, now } = this.#options;
    const leases = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases';
    const renewTime = `${new Date(now()).toISOString().slice(0, -1)}000Z`;
    const spec = { holderIdentity: node.name, leaseDurationSeconds: LEASE_SECONDS, renewTime };
    try {
      await http.json({ method: 'PATCH', path: `${leases}/${node.name}`, contentType: MERGE, body: { spec } });
    } catch (thrown) {
      if (!(thrown instanceof KubeStatusError && thrown.status === 404)) throw thrown;
      const owner = { apiVersion: 'v1', kind: 'Node', name: node.name, uid: this.#nodeUid };
      const metadata = { name: node.name, namespace: 'kube-node-lease', ownerReferences: [owner] };
      const body = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec };
      await http.json({ method: 'POST', path: leases, body });
    }
  }

  #beat(inMs: number): void {
    if (this.removed || this.#silent || this.#options.signal.aborted) return;
    this.#timer = setTimeout(() => void this.#heartbeat(), inMs);
  }

  async #heartbeat(): Promise<void> {
    try {
      await this.#renew();
      if (this.#options.now() - this.#statusAtMs >= STATUS_MS || this.#fails > 0) await this.#putStatus();
      this.#fails = 0;
      this.#beat(RENEW_MS);
    } catch (thrown) {
      log('heartbeat', { node: this.#options.node.name, message: messageOf(thrown) });
      this.#beat(backoffMs(this.#fails++, RETRY));
    }
  }
}

const MERGE = 'application/merge-patch+json';
