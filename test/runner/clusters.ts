/** The clusters that stages share: each is started when the first stage asks for it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { FaultflixError } from '#base/errors.ts';
import { parseSupervisorLine } from '#chaos/cli/cluster/supervisor-events.ts';

/**
 * `suites`: for suites that make namespaces of their own and take them away. `platform`: nothing but Faultflix runs on it,
 * and at first not even that. `nodes`: real kubelets on containerd. `KUBECONFIG` takes the place of the first two.
 */
export type ClusterKey = 'suites' | 'platform' | 'nodes';

const MAIN = join(import.meta.dirname, '../../k8s/local/main.ts');
const argsOf: Readonly<Record<ClusterKey, readonly string[]>> = {
  suites: [],
  platform: [],
  // The fewest on which both regions have two zones.
  nodes: ['--nodes', 'containerd', '--node-count', '5'],
};
/** Pods have up to their grace period of 30 s; what is not gone then hangs. */
const DOWN_WITHIN_MS = 60_000;

export interface Up {
  readonly kubeconfig: string;
  down(): Promise<void>;
}

export interface ClustersOptions {
  /** The user's own, in the place of those without real nodes. */
  readonly kubeconfig?: string | undefined;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

export class Clusters {
  readonly #options: ClustersOptions;
  readonly #up = new Map<ClusterKey, Promise<Up>>();

  constructor(options: ClustersOptions) {
    this.#options = options;
  }

  /** The kubeconfig, once the cluster is ready. */
  async get(key: ClusterKey): Promise<string> {
    const { kubeconfig, signal, say } = this.#options;
    if (kubeconfig && key !== 'nodes') return kubeconfig;
    if (!this.#up.has(key)) {
      const startedAt = performance.now();
      const starting = startCluster({ name: `test-${key}-${process.pid}`, args: argsOf[key], signal, say });
      this.#up.set(key, starting);
      await starting;
      say(
        `the cluster of the tests (${key}) was ready after ${((performance.now() - startedAt) / 1_000).toFixed(1)} s`,
      );
    }
    return (await this.#up.get(key)!).kubeconfig;
  }

  /** Ends all. Rejects when one did not end as it should. */
  async down(): Promise<void> {
    const ending = [...this.#up];
    this.#up.clear();
    const all = ending.map(async ([, starting]) => {
      const up = await starting.catch(() => undefined); // told to the stage that asked for it
      await up?.down();
    });
    const failed = (await Promise.allSettled(all)).filter((each) => each.status === 'rejected');
    if (failed.length > 0) throw failed[0]!.reason;
  }
}

interface StartOptions {
  readonly name: string;
  readonly args: readonly string[];
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

/** Resolves when it is ready; when it cannot be or is not to be any more, rejects after it has ended. */
export async function startCluster({ name, args, signal, say }: StartOptions): Promise<Up> {
  const child = spawn(process.execPath, [MAIN, 'up', '--name', name, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
    // A Ctrl-C is for the runner, which ends the cluster after the tests.
    detached: true,
  });
  child.stdin!.on('error', () => undefined); // it may be gone before we close it, which is what that is for
  const ended = once(child, 'close').then(() => undefined);
  const { promise: ready, resolve, reject } = Promise.withResolvers<string>();
  createInterface({ input: child.stdout! }).on('line', (line) => {
    const event = parseSupervisorLine(line);
    if (event?.type === 'ready') resolve(event.kubeconfig);
    if (event?.type === 'error') reject(FaultflixError.fromJSON(event.error));
    if (event?.type === 'restarted') say(`the cluster ${name} restarted its ${event.what}`);
  });
  const early = () => reject(new FaultflixError('could-not-run', `the cluster ${name} ended before it was ready`));
  void ended.then(early, reject);
  const stop = () => reject(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  const down = () => takeDown({ name, child, ended });
  try {
    return { kubeconfig: await ready, down };
  } catch (thrown) {
    await down();
    throw thrown;
  }
}

async function takeDown({ name, child, ended }: { name: string; child: ChildProcess; ended: Promise<void> }) {
  child.stdin!.end();
  const late = setTimeout(() => child.kill('SIGKILL'), DOWN_WITHIN_MS);
  await ended;
  clearTimeout(late);
  if (child.signalCode !== 'SIGKILL') return;
  await once(spawn(process.execPath, [MAIN, 'down', '--name', name], { stdio: 'inherit' }), 'close');
  throw new FaultflixError('could-not-run', `the cluster ${name} did not end within ${DOWN_WITHIN_MS / 1_000} s`);
}
