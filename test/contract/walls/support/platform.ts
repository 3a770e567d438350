import { existsSync } from 'node:fs';
import { after } from 'node:test';
import type { V1Pod } from '@kubernetes/client-node';
import { systemClock } from '#base/clock.ts';
import { FaultflixError } from '#base/errors.ts';
import { KubeHttp, KubeStatusError } from '#base/kube/http.ts';
import { kubeconfigConnection } from '#base/kube/kubeconfig.ts';
import { type Exec, execOver } from '#chaos/cli/cluster/exec.ts';
import { deploy } from '#chaos/cli/deploy/deploy.ts';
import { renderedManifests } from '#chaos/cli/deploy/manifest.ts';
import { type LocalCluster, startLocalCluster } from '../../kubelet/support/cluster.ts';

const READY_MS = 240_000;
const EXEC_MS = 60_000;

export interface Named {
  readonly namespace: string;
  readonly name: string;
  readonly ip: string;
}

/** The platform on the cluster of $KUBECONFIG, deployed when it is not there; without one on a local cluster of its own. */
export class Platform {
  readonly http: KubeHttp;
  readonly kubeconfig: string;
  /** Whether pods have a network of their own: not on the local cluster, whose pods are processes of the host. */
  readonly real: boolean;
  readonly #exec: Exec;
  readonly #made: { namespace: string; name: string }[] = [];

  private constructor(options: { kubeconfig: string; http: KubeHttp; exec: Exec; real: boolean }) {
    this.kubeconfig = options.kubeconfig;
    this.http = options.http;
    this.real = options.real;
    this.#exec = options.exec;
  }

  static async connect(kubeconfig: string): Promise<Platform> {
    const connection = await kubeconfigConnection(kubeconfig);
    const http = new KubeHttp(connection);
    const nodes = await http.json<{ items: { status: { nodeInfo: { containerRuntimeVersion: string } } }[] }>({
      path: '/api/v1/nodes',
    });
    const local = nodes.items.some(({ status }) => status.nodeInfo.containerRuntimeVersion.startsWith('faultflix'));
    await deployed(http);
    return new Platform({ kubeconfig, http, exec: execOver(connection), real: !local });
  }

  /** Pods of a service that are ready, by name. */
  async pods(namespace: string, service: string): Promise<Named[]> {
    const { items } = await this.http.json<{ items: V1Pod[] }>({
      path: `/api/v1/namespaces/${namespace}/pods`,
      query: { labelSelector: `app.kubernetes.io/name=${service}` },
    });
    return items
      .filter(isReady)
      .map(({ metadata, status }) => ({ namespace, name: metadata!.name!, ip: status!.podIP! }))
      .sort((a, b) => a.name.localeCompare(b.name));
  }

  async pod(namespace: string, service: string): Promise<Named> {
    const [first] = await this.pods(namespace, service);
    if (first) return first;
    throw new FaultflixError('could-not-run', `no pod of ${service} in ${namespace} is ready`);
  }

  /** Runs a script of Node in a container; its stdout. */
  node({ namespace, name }: Named, container: string, script: string): Promise<string> {
    return this.#exec({ namespace, pod: name, container, command: ['node', '-e', script], timeoutMs: EXEC_MS });
  }

  /** Makes a pod and waits until it is ready; gone after the tests of the file. */
  async start(body: V1Pod): Promise<Named> {
    const namespace = body.metadata!.namespace!;
    const path = `/api/v1/namespaces/${namespace}/pods`;
    const { metadata } = await this.http.json<V1Pod>({ method: 'POST', path, body });
    const name = metadata!.name!;
    this.#made.push({ namespace, name });
    const pod = await eventually(`the pod ${namespace}/${name} to be ready`, async () => {
      const now = await this.http.json<V1Pod>({ path: `${path}/${name}` });
      return isReady(now) ? now : undefined;
    });
    return { namespace, name, ip: pod.status!.podIP! };
  }

  async close(): Promise<void> {
    for (const { namespace, name } of this.#made)
      await this.http
        .json({
          method: 'DELETE',
          path: `/api/v1/namespaces/${namespace}/pods/${name}`,
          query: { gracePeriodSeconds: 0 },
        })
        .catch((error: unknown) => {
          if (!(error instanceof KubeStatusError && error.status === 404)) throw error;
        });
    this.http.close();
  }
}

/** The platform for the tests of one file. */
export function testPlatform(): Promise<Platform> {
  const { KUBECONFIG } = process.env;
  let local: LocalCluster | undefined;
  const connect = async () => {
    if (!KUBECONFIG) local = await startLocalCluster(`walls-${process.pid}`);
    const kubeconfig = KUBECONFIG || local!.kubeconfig;
    if (!existsSync(kubeconfig)) throw new FaultflixError('bad-input', 'no such kubeconfig', { where: kubeconfig });
    return Platform.connect(kubeconfig);
  };
  const connected = connect();
  connected.catch(() => undefined); // each test that awaits it fails with it
  after(async () => {
    await connected.then(
      (platform) => platform.close(),
      () => undefined,
    );
    await local?.down();
  });
  return connected;
}

async function deployed(http: KubeHttp): Promise<void> {
  await deploy({
    http,
    clock: systemClock,
    manifests: await renderedManifests({ env: process.env }),
    readyTimeoutMs: READY_MS,
    signal: AbortSignal.timeout(READY_MS),
    onApplied: () => undefined,
    onProgress: () => undefined,
  });
}

const isReady = ({ metadata, status }: V1Pod): boolean =>
  !metadata?.deletionTimestamp &&
  (status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false);

const POLL_MS = 200;
const BOUND_MS = 120_000;

/** For what the API offers no event for that is worth a watch: asks until there is an answer, within a bound. */
export async function eventually<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
  const untilMs = systemClock.now() + BOUND_MS;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (systemClock.now() > untilMs) throw new FaultflixError('deadline-exceeded', `waited for ${what}`);
    await systemClock.sleep(POLL_MS);
  }
}

/** What the API answers: its status, and its message when it refuses. */
export async function answerOf(
  http: KubeHttp,
  request: Parameters<KubeHttp['json']>[0],
): Promise<{ readonly status: number; readonly message: string }> {
  try {
    await http.json(request);
    return { status: 200, message: '' };
  } catch (error) {
    if (error instanceof KubeStatusError) return { status: error.status, message: error.message };
    throw error;
  }
}
