import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, type TestContext } from 'node:test';
import { FaultflixError } from '#base/errors.ts';
import { KubeHttp } from '#base/kube/http.ts';
import { kubeconfigConnection } from '#base/kube/kubeconfig.ts';
import { type Abilities, abilitiesOf, type Images, imagesOf, type NodeJson } from './abilities.ts';
import { Space } from './space.ts';

export { unless } from './abilities.ts';

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The cluster under test: the one of $KUBECONFIG, else a local one of this file's own, which ends with the file. */
export class Cluster {
  readonly http: KubeHttp;
  readonly kubeconfig: string;
  readonly images: Images;
  readonly can: Abilities;
  /** Names of the nodes that pods may be scheduled to. */
  readonly nodes: readonly string[];

  private constructor(kubeconfig: string, http: KubeHttp, nodes: readonly NodeJson[]) {
    this.kubeconfig = kubeconfig;
    this.http = http;
    this.images = imagesOf(nodes);
    const open = nodes.filter(({ spec }) => !spec.unschedulable && !(spec.taints ?? []).length);
    this.nodes = open.map(({ metadata }) => metadata.name);
    this.can = abilitiesOf(kubeconfig, nodes, this.nodes.length);
  }

  static async connect(kubeconfig: string): Promise<Cluster> {
    const http = new KubeHttp(await kubeconfigConnection(kubeconfig));
    const { items } = await http.json<{ items: NodeJson[] }>({ path: '/api/v1/nodes' });
    return new Cluster(kubeconfig, http, items);
  }

  /** A namespace of the test's own, gone with the test. */
  space(context: Pick<TestContext, 'after'>): Promise<Space> {
    return Space.open(this, context);
  }

  /** Runs kubectl as a user would; `input` is its stdin. */
  kubectl(
    args: readonly string[],
    { input, maxBuffer = 16 * 1024 * 1024 }: { readonly input?: string; readonly maxBuffer?: number } = {},
  ): Promise<Ran> {
    return new Promise((resolve, reject) => {
      const env = { ...process.env, KUBECONFIG: this.kubeconfig };
      const child = execFile(
        findKubectl(this.kubeconfig),
        args,
        { env, timeout: 60_000, maxBuffer },
        (error, stdout, stderr) => {
          const code = error ? error.code : 0;
          if (typeof code === 'number') resolve({ code, stdout, stderr });
          else reject(new FaultflixError('could-not-run', `kubectl ${args.join(' ')}`, { cause: error }));
        },
      );
      child.stdin?.end(input ?? '');
    });
  }
}

/** kubectl of $KUBECTL, of the local cluster's own tools, else of PATH. */
export function findKubectl(kubeconfig: string): string {
  const { KUBECTL, PATH = '' } = process.env;
  const candidates = [
    ...(KUBECTL ? [KUBECTL] : []),
    join(dirname(kubeconfig), 'bin', 'kubectl'),
    ...PATH.split(delimiter).map((folder) => join(folder, 'kubectl')),
  ];
  const found = candidates.find((file) => existsSync(file));
  if (found) return found;
  throw new FaultflixError('could-not-run', 'kubectl is needed for this case', {
    expected: 'KUBECTL=/path/to/kubectl, or kubectl on PATH',
    received: candidates.join(', '),
  });
}

/** The cluster for the tests of one file. Connecting begins at once, so that the first test finds it under way. */
export function testCluster(): Promise<Cluster> {
  const { KUBECONFIG } = process.env;
  const connected = KUBECONFIG
    ? Cluster.connect(KUBECONFIG)
    : startLocalCluster(`test-${process.pid}`).then(({ kubeconfig, down }) => {
        after(down);
        return Cluster.connect(kubeconfig);
      });
  connected.catch(() => undefined); // each test that awaits it fails with it
  after(() =>
    connected.then(
      (cluster) => cluster.http.close(),
      () => undefined,
    ),
  );
  return connected;
}

export interface LocalCluster {
  readonly kubeconfig: string;
  readonly stateDir: string;
  readonly pids: Readonly<Record<string, number>>;
  readonly onLine: (listener: (line: Readonly<Record<string, unknown>>) => void) => void;
  readonly down: () => Promise<void>;
}

/** Starts a local cluster of this process's own by the supervisor's protocol (docs/architecture.md). */
export function startLocalCluster(name: string): Promise<LocalCluster> {
  const main = join(import.meta.dirname, '../../../../k8s/local/main.ts');
  const child = spawn(process.execPath, [main, 'up', '--name', name], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const listeners: ((line: Readonly<Record<string, unknown>>) => void)[] = [];
  const down = () => {
    child.stdin.end();
    return ended;
  };
  return new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (text) => {
      const line = JSON.parse(text) as { type: string; error?: unknown } & Omit<LocalCluster, 'down' | 'onLine'>;
      if (line.type === 'ready') {
        const { kubeconfig, stateDir, pids } = line;
        resolve({ kubeconfig, stateDir, pids, down, onLine: (listener) => void listeners.push(listener) });
      }
      if (line.type === 'error') reject(new FaultflixError('could-not-run', text));
      for (const listener of listeners) listener(line as never);
    });
    child.once('error', reject);
    void ended.then(() => reject(new FaultflixError('could-not-run', 'the local cluster ended before it was ready')));
  });
}
