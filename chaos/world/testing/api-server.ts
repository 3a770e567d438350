/** A real API server with its etcd and controllers, without nodes: what the edges to Kubernetes are tested against. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parse } from 'yaml';
import { KubeHttp } from '#base/kube/http.ts';
import { kubeconfigConnection } from '#base/kube/kubeconfig.ts';
import { waitFor } from './wait-for.ts';

const root = join(import.meta.dirname, '../../..');

export class ApiServer {
  readonly http: KubeHttp;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, http: KubeHttp) {
    this.#child = child;
    this.http = http;
  }

  /** Starts one of its own, with the Experiment's definition. */
  static async start(name: string): Promise<ApiServer> {
    const args = [join(root, 'k8s/local/main.ts'), 'up', '--no-kubelet', '--name', `${name}-${process.pid}`];
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    for await (const line of createInterface({ input: child.stdout! })) {
      const event = JSON.parse(line) as { type: string; kubeconfig?: string; error?: unknown };
      if (event.type === 'error') throw new Error(`no API server: ${line}`);
      if (event.type !== 'ready') continue;
      child.stdout!.resume();
      const server = new ApiServer(child, new KubeHttp(await kubeconfigConnection(event.kubeconfig!)));
      await server.#prepare();
      return server;
    }
    throw new Error('no API server: it ended before it was ready');
  }

  async #prepare(): Promise<void> {
    const file = join(root, 'k8s/crds/experiments.faultflix.dev.yaml');
    const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
    await this.http.json({ method: 'POST', path, body: parse(await readFile(file, 'utf8')) });
    for (const name of ['chaos', 'us-east-1', 'us-west-2', 'ap-south-1', 'global']) {
      await this.http.json({ method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name } } });
    }
    const served = '/apis/faultflix.dev/v1alpha1/namespaces/chaos/experiments';
    await waitFor('the definition to be served', () => this.http.json({ path: served }).catch(() => undefined));
  }

  async stop(): Promise<void> {
    this.http.close();
    const ended = once(this.#child, 'exit');
    this.#child.stdin!.end();
    await ended;
  }
}
