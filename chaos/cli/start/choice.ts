/** Which cluster `start` means, of options that must not contradict each other. Pure. */
import { FaultflixError } from '#base/errors.ts';
import { checkChoice, clusterOptions } from '../cluster/locate.ts';
import type { OptionTable, OptionValues } from '../command.ts';
import { wholeNumber } from '../run/scenario.ts';

export const startOptions = {
  cluster: {
    type: 'string',
    value: 'local|containerd|kind',
    help: 'nodes that this machine plays (default), real kubelets on containerd (root), or a kind cluster',
  },
  'node-count': { type: 'string', value: 'N', help: 'of real nodes, 1 to 6 (default: 6)' },
  registry: {
    type: 'string',
    value: 'PREFIX',
    help: 'images come of here, such as ghcr.io/me, instead of from the nodes',
  },
  'regions-as-namespaces': {
    type: 'boolean',
    help: 'place no pod by region: for nodes without region labels (taken by itself on one node)',
  },
  ...clusterOptions,
} as const satisfies OptionTable;

export type StartChoice = OptionValues<typeof startOptions>;

export type ClusterKind = 'local' | 'containerd' | 'kind' | 'own';
const kinds: readonly string[] = ['local', 'containerd', 'kind'];

/** Throws `bad-input` for what is unknown or contradicts itself. */
export function clusterKindOf(choice: StartChoice): {
  readonly kind: ClusterKind;
  readonly nodeCount?: number | undefined;
} {
  checkChoice(choice);
  const { cluster, kubeconfig } = choice;
  if (cluster !== undefined && kubeconfig !== undefined) {
    throw new FaultflixError('bad-input', '--cluster and --kubeconfig exclude each other', {
      expected: '--cluster for one that is made here, or --kubeconfig FILE for one of your own',
      received: `--cluster ${cluster} --kubeconfig ${kubeconfig}`,
    });
  }
  if (cluster !== undefined && !kinds.includes(cluster)) {
    throw new FaultflixError('bad-input', `no such kind of cluster: ${cluster}`, {
      where: '--cluster',
      expected: `one of ${kinds.join(', ')}`,
      received: cluster,
      todo: 'a cluster of your own is taken by --kubeconfig FILE',
    });
  }
  const nodeCount = wholeNumber('--node-count', choice['node-count'], { min: 1, max: 6 });
  if (nodeCount !== undefined && cluster !== 'containerd') {
    throw new FaultflixError('bad-input', '--node-count is for real nodes', {
      expected: '--cluster containerd --node-count N',
      received: `--node-count ${nodeCount}${cluster ? ` --cluster ${cluster}` : ''}`,
    });
  }
  if (choice.registry !== undefined && kubeconfig === undefined) {
    throw new FaultflixError('bad-input', '--registry is for a cluster of your own', {
      expected: '--kubeconfig FILE --registry PREFIX',
      received: `--registry ${choice.registry}`,
      todo: 'leave it out: a cluster that is made here gets its images from here',
    });
  }
  return { kind: kubeconfig === undefined ? ((cluster ?? 'local') as ClusterKind) : 'own', nodeCount };
}
