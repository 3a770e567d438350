/** The cluster of a start: made here and ended at the end, or the user's own, on which the platform stays. */
import { FaultflixError } from '#base/errors.ts';
import type { ClusterAddress } from '../cluster/connect.ts';
import { DEFAULT_NAME } from '../cluster/locate.ts';
import { quoted } from '../run/repeat.ts';
import type { Output } from '../terminal/output.ts';
import { clusterKindOf, type StartChoice } from './choice.ts';
import { type ClusterUpOptions, clusterUp, refusal } from './cluster-up.ts';
import { kindUp } from './kind-up.ts';

export interface Home {
  readonly address: ClusterAddress;
  /** Not made by us: everything is asked of it first. */
  readonly foreign: boolean;
  /** After the run, unless it was to be ended at once. Resolves when asked to stop; rejects when the cluster ends. */
  stay(): Promise<void>;
  /** Ends what was made, and says what stays; `applied`: something of ours is on the cluster. */
  end(applied: boolean): Promise<void>;
}

export interface HomeOptions extends Omit<ClusterUpOptions, 'name' | 'realNodes'> {
  readonly choice: StartChoice;
}

export async function homeOf({ choice, ...edges }: HomeOptions): Promise<Home> {
  const { kind, nodeCount } = clusterKindOf(choice);
  const name = choice.name ?? DEFAULT_NAME;
  if (kind === 'own') return ownHome({ kubeconfig: choice.kubeconfig!, context: choice.context }, edges.out);
  if (kind === 'kind') return kindHome(name, edges);
  return localHome({ name, realNodes: kind === 'containerd' ? { count: nodeCount } : undefined, ...edges });
}

async function localHome(options: ClusterUpOptions): Promise<Home> {
  const { name, out, stop } = options;
  const { supervisor, ready } = await clusterUp(options);
  return {
    address: { kubeconfig: ready.kubeconfig, localName: name },
    foreign: false,
    async stay() {
      sayItStays(out, ready.kubeconfig);
      const stopped = refusal(stop.asked).catch(() => 'stopped');
      if ((await Promise.race([supervisor.ended, stopped])) === 'stopped') return;
      throw new FaultflixError('could-not-run', 'the local cluster ended by itself', {
        todo: 'start it again: npm start',
      });
    },
    async end() {
      out.terminal.live('taking the cluster down');
      await supervisor.down(stop.forced);
      out.terminal.live(undefined);
      out.terminal.line('The cluster is down; nothing of it is left.');
    },
  };
}

async function kindHome(name: string, edges: Omit<ClusterUpOptions, 'name' | 'realNodes'>): Promise<Home> {
  const { out, stop } = edges;
  const cluster = await kindUp({ name, ...edges });
  return {
    address: { kubeconfig: cluster.kubeconfig },
    foreign: true,
    async stay() {
      sayItStays(out, cluster.kubeconfig);
      await refusal(stop.asked).catch(() => undefined);
    },
    async end() {
      out.terminal.live(cluster.made ? 'deleting the kind cluster' : undefined);
      await cluster.down();
      out.terminal.live(undefined);
      out.terminal.line(
        cluster.made
          ? `The kind cluster ${cluster.name} is deleted.`
          : `The kind cluster ${cluster.name} was there before and stays, with the platform: kind delete cluster --name ${cluster.name}`,
      );
    },
  };
}

function ownHome(address: ClusterAddress, { terminal }: Output): Home {
  const words = [
    '--kubeconfig',
    quoted(address.kubeconfig),
    ...(address.context ? ['--context', quoted(address.context)] : []),
  ];
  return {
    address,
    foreign: true,
    stay: () => Promise.resolve(),
    async end(applied) {
      if (!applied) return;
      terminal.line();
      terminal.line('What was applied stays on the cluster. What now:');
      terminal.line(`  npm run faultflix -- run scenarios/first-light.yaml ${words.join(' ')}   # again`);
      terminal.line(`  npm run faultflix -- uninstall ${words.join(' ')}   # takes it all off`);
    },
  };
}

function sayItStays({ terminal }: Output, kubeconfig: string): void {
  terminal.line();
  terminal.line('The cluster stays until Ctrl-C. In another terminal:');
  terminal.line(`  export KUBECONFIG=${quoted(kubeconfig)}`);
  terminal.line('  npm run faultflix -- --help');
}
