/** A kind cluster with labelled nodes and our images: made, unless it is there already, by the user's own kind. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import type { Clock } from '#base/clock.ts';
import { FaultflixError } from '#base/errors.ts';
import { type KubeObject, listWatch } from '#base/kube/list-watch.ts';
import { labels, regions, zonesOf } from '#base/names.ts';
import { connect } from '../cluster/connect.ts';
import { DEFAULT_NAME, stateFolder } from '../cluster/locate.ts';
import { repository } from '../repository.ts';
import type { Stop } from '../stop.ts';
import type { Output } from '../terminal/output.ts';
import { step } from '../terminal/step.ts';
import { runProgram } from './program.ts';

export interface KindUpOptions {
  readonly name: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly out: Output;
  readonly clock: Clock;
  readonly stop: Stop;
  /** Makes the images and loads them into the nodes: `k8s/images/main.ts`, unless told. */
  readonly imagesScript?: string;
}

const imagesMain = join(repository, 'k8s', 'images', 'main.ts');

export interface KindCluster {
  /** kind's own name for it. */
  readonly name: string;
  readonly kubeconfig: string;
  /** Made by us, so ours to delete. */
  readonly made: boolean;
  /** Deletes it when it was made by us. */
  down(): Promise<void>;
}

const NODES_READY_TIMEOUT_MS = 180_000;

/** The local cluster's six nodes, and one for the control plane, which kind keeps free of pods. */
export function kindConfig(): string {
  const workers = regions.flatMap((region) =>
    zonesOf(region).map((zone) => ({
      role: 'worker',
      labels: { [labels.nodeRegion]: region, [labels.nodeZone]: zone },
    })),
  );
  return stringify({
    kind: 'Cluster',
    apiVersion: 'kind.x-k8s.io/v1alpha4',
    nodes: [{ role: 'control-plane' }, ...workers],
  });
}

export const kindName = (name: string): string => (name === DEFAULT_NAME ? 'faultflix' : `faultflix-${name}`);

/** Rejects with `cancelled` when asked to stop; what was made by then is deleted first. */
export async function kindUp(options: KindUpOptions): Promise<KindCluster> {
  const { name: ours, env, out, clock, stop, imagesScript: script = imagesMain } = options;
  const name = kindName(ours);
  const kubeconfig = join(dirname(stateFolder(ours)), `kind-${name}.kubeconfig`);
  const engine = env.KIND_EXPERIMENTAL_PROVIDER || 'docker';
  const kind = (
    args: readonly string[],
    more: { input?: string; signal?: AbortSignal; onLine?: (line: string) => void } = {},
  ) =>
    runProgram({
      argv: ['kind', ...args],
      env,
      install: 'install kind (https://kind.sigs.k8s.io), or take the local cluster: npm start',
      mend: 'see what kind says; `kind get clusters` must work',
      ...more,
    });
  return step({ terminal: out.terminal, clock, name: `kind cluster ${name}` }, async ({ at }) => {
    at(`asking ${engine}`);
    await kind(['version']);
    await runProgram({
      argv: [engine, 'info'],
      env,
      install: `kind needs ${engine}: install and start it, or take the local cluster: npm start`,
      mend: `start ${engine}, and let this user speak to it; or take the local cluster: npm start`,
    });
    const made = !(await kind(['get', 'clusters'])).split('\n').includes(name);
    // The user's own kubeconfig is left alone: this file is all that changes, and `delete` needs it too.
    const down = async () => {
      if (made) await kind(['delete', 'cluster', '--name', name, '--kubeconfig', kubeconfig]);
      await rm(kubeconfig, { force: true });
    };
    try {
      await mkdir(dirname(kubeconfig), { recursive: true, mode: 0o700 });
      if (made) {
        await kind(
          ['create', 'cluster', '--name', name, '--config', '-', '--kubeconfig', kubeconfig, '--wait', '180s'],
          {
            input: kindConfig(),
            signal: stop.asked,
            onLine: at,
          },
        );
      } else await writeFile(kubeconfig, await kind(['get', 'kubeconfig', '--name', name]), { mode: 0o600 });
      await loadImages({ name, env, script, signal: stop.asked, at });
      const nodes = await awaitNodes(kubeconfig, { clock, signal: stop.asked, at });
      return { said: `${made ? 'made' : 'was there'}, ${nodes} nodes`, value: { name, kubeconfig, made, down } };
    } catch (thrown) {
      at('deleting what was made');
      await down();
      throw thrown;
    }
  });
}

interface LoadOptions {
  readonly name: string;
  readonly script: string;
  readonly env: KindUpOptions['env'];
  readonly signal: AbortSignal;
  readonly at: (text: string) => void;
}

async function loadImages({ name, env, script, signal, at }: LoadOptions): Promise<void> {
  at('making the images and loading them into the nodes');
  await runProgram({
    argv: [process.execPath, script, '--load', 'kind', '--cluster', name],
    env,
    signal,
    onLine: at,
    install: 'is the checkout whole?',
    mend: `npm run images -- --load kind --cluster ${name}`,
  });
}

interface Node extends KubeObject {
  readonly status?: { readonly conditions?: ReadonlyArray<{ readonly type: string; readonly status: string }> };
}

/** kind waits for its control plane alone; workers need their network first. Resolves with the number of nodes. */
async function awaitNodes(
  kubeconfig: string,
  { clock, signal, at }: { readonly clock: Clock; readonly signal: AbortSignal; readonly at: (text: string) => void },
): Promise<number> {
  const cluster = await connect({ kubeconfig }, clock);
  const nodes = new Map<string, boolean>();
  const over = new AbortController();
  const look = ({ metadata, status }: Node) =>
    nodes.set(
      metadata.name,
      status?.conditions?.some((each) => each.type === 'Ready' && each.status === 'True') ?? false,
    );
  const judge = () => {
    const ready = [...nodes.values()].filter(Boolean).length;
    at(`${ready} of ${nodes.size} nodes ready`);
    if (nodes.size > 0 && ready === nodes.size) over.abort();
  };
  try {
    await listWatch<Node>({
      http: cluster.http,
      clock,
      path: '/api/v1/nodes',
      signal: AbortSignal.any([signal, over.signal, AbortSignal.timeout(NODES_READY_TIMEOUT_MS)]),
      onList(items) {
        nodes.clear();
        items.forEach(look);
        judge();
      },
      onEvent(type, node) {
        if (type === 'DELETED') nodes.delete(node.metadata.name);
        else look(node);
        judge();
      },
    });
  } finally {
    cluster.close();
  }
  if (over.signal.aborted) return nodes.size;
  if (signal.aborted) throw new FaultflixError('cancelled', 'stopped before the run began');
  const late = [...nodes].filter(([, ready]) => !ready).map(([name]) => name);
  throw new FaultflixError(
    'could-not-run',
    `nodes of the kind cluster were not ready within ${NODES_READY_TIMEOUT_MS / 1_000} s`,
    {
      received: late.join(', ') || 'no nodes',
      todo: `kubectl --kubeconfig ${kubeconfig} describe nodes says why`,
    },
  );
}
