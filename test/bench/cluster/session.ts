import type { V1Pod } from '@kubernetes/client-node';
import { KubeHttp } from '#base/kube/http.ts';
import { kubeconfigConnection } from '#base/kube/kubeconfig.ts';
import { type CliEvent, folder, type Running, scenario, start } from '../../e2e/support/cli.ts';

/** A whole `npm start`, for benchmarks: cluster, platform and one short run, then the cluster stays until `end`. */
export interface Session extends AsyncDisposable {
  readonly startedAtMs: number;
  readonly running: Running;
  readonly http: KubeHttp;
  readonly stateDir: string;
  readonly pids: Readonly<Record<string, number>>;
}

const NAME = 'bench';

/** Resolves when the platform is ready; `running.event` tells the rest. */
export async function session(file = scenario('no-targets')): Promise<Session> {
  const cwd = await folder();
  const startedAtMs = Date.now();
  const running = start(['start', '--name', NAME, '--scenario', file], cwd.path);
  const ready = await running.event(({ type }) => type === 'ready');
  await running.event(({ type }) => type === 'platform-ready');
  const http = new KubeHttp(await kubeconfigConnection(ready.kubeconfig as string));
  return {
    startedAtMs,
    running,
    http,
    stateDir: ready.stateDir as string,
    pids: ready.pids as Record<string, number>,
    async [Symbol.asyncDispose]() {
      http.close();
      running.child.kill('SIGINT');
      await running.ended;
      await cwd[Symbol.asyncDispose]();
    },
  };
}

export const verdict = (running: Running): Promise<CliEvent> => running.event(({ type }) => type === 'verdict');

export async function podsOf(http: KubeHttp, namespace: string, service: string): Promise<readonly V1Pod[]> {
  const { items } = await http.json<{ items: V1Pod[] }>({
    path: `/api/v1/namespaces/${namespace}/pods`,
    query: { labelSelector: `app.kubernetes.io/name=${service}` },
  });
  return items;
}
