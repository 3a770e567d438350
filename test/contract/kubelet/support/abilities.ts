import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';

/** The pods' images, where a cluster has others than `imagesOf` knows. */
const { CONTRACT_SHELL_IMAGE, CONTRACT_NODE_IMAGE } = process.env;

export interface NodeJson {
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  readonly spec: { readonly unschedulable?: boolean; readonly taints?: readonly unknown[] };
  readonly status: { readonly nodeInfo: { readonly containerRuntimeVersion: string } };
}

export interface Images {
  /** Has sh and the usual small programs. */
  readonly shell: string;
  /** Runs Node with the container's args. */
  readonly node: string;
}

/** What a case may do to the cluster under test; a case that lacks its ability is skipped with a reason (`unless`). */
export interface Abilities {
  /** A node's kubelet can be stopped and continued, so that its node falls silent: support/silence.ts. */
  readonly stopNode: boolean;
  /** There is more than one node to choose from. */
  readonly chooseNode: boolean;
  /** The nodes are played by the project's own kubelet, whose pods share the network and the processes of the machine. */
  readonly own: boolean;
}

/** `local`: the project's kubelet; `containerd`: the project's real nodes; `foreign`: somebody's cluster. */
export type Kind = 'local' | 'containerd' | 'foreign';

export function kindOf(nodes: readonly NodeJson[]): Kind {
  if (nodes.some(({ status }) => status.nodeInfo.containerRuntimeVersion.startsWith('faultflix'))) return 'local';
  const type = 'node.kubernetes.io/instance-type';
  return nodes.some(({ metadata }) => metadata.labels?.[type] === 'faultflix-containerd') ? 'containerd' : 'foreign';
}

/** Elsewhere than on nodes of the project, images that everybody can pull. */
export function imagesOf(nodes: readonly NodeJson[]): Images {
  const kind = kindOf(nodes);
  const shell = kind === 'containerd' ? 'faultflix.local/shell:dev' : 'busybox';
  const node = kind === 'foreign' ? 'node:26-alpine' : 'faultflix.local/platform:dev';
  return { shell: CONTRACT_SHELL_IMAGE ?? shell, node: CONTRACT_NODE_IMAGE ?? node };
}

export function abilitiesOf(kubeconfig: string, nodes: readonly NodeJson[], open: number): Abilities {
  const kind = kindOf(nodes);
  const first = nodes[0]?.metadata.name ?? '';
  const reached = kind === 'containerd' && kubeletPid(kubeconfig, first) !== undefined;
  return { stopNode: kind === 'local' || reached, chooseNode: open > 1, own: kind === 'local' };
}

/** The pid of the real kubelet that is the node, when it is a process of this machine that belongs to this cluster. */
export function kubeletPid(kubeconfig: string, node: string): number | undefined {
  const program = join(dirname(kubeconfig), 'bin', 'kubelet');
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const argv = readFileSync(`/proc/${entry}/cmdline`, 'utf8').split('\0');
      if (argv[0] === program && argv.includes(`--hostname-override=${node}`)) return Number(entry);
    } catch {
      // it has ended since
    }
  }
  return undefined;
}

/** Skips the case, with the reason that the result shows, where the cluster lacks what it needs. Returns whether it does. */
export function unless(context: Pick<TestContext, 'skip'>, able: boolean, reason: string): boolean {
  if (!able) context.skip(reason);
  return !able;
}
