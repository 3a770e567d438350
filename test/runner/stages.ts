/** What `npm test` runs, in order. A test file belongs to the first rule that it fits; the rest are unit tests. */
import type { ClusterKey } from './clusters.ts';
import type { Prerequisite } from './prerequisites.ts';

export interface Stage {
  readonly name: string;
  /**
   * Stages of one lane run one after another, lanes side by side. There is one: its stages run two to four files at a time,
   * which keeps two cores at work; more lanes took as long, and made tests wait for a core rather than for what they test. Without a lane a stage has the machine to itself once all lanes have ended, because
   * its files judge a platform under load.
   */
  readonly lane?: string;
  /** Files of it ask a real cluster: they get `KUBECONFIG` of this one. */
  readonly cluster?: ClusterKey;
  /** How many files run at the same time. */
  readonly atOnce: number;
  /** What the machine must have; where it is missing, the files are not run. */
  readonly needs?: Prerequisite;
  /** Sorted. */
  readonly files: readonly string[];
}

interface Rule extends Omit<Stage, 'files'> {
  readonly fits: (path: string) => boolean;
}

const under =
  (...folders: readonly string[]) =>
  (path: string) =>
    folders.some((folder) => path.startsWith(`${folder}/`));

const KUBELET = 'test/contract/kubelet';

/** Of the kubelet's suite, which runs on any cluster. */
export const suite = (path: string): boolean => under(KUBELET)(path);

/** Of it, what is done to our own kubelet's processes and has no meaning elsewhere. */
export const onlyOurs = (path: string): boolean => suite(path) && /\/local-[^/]*$/.test(path);

const rules: readonly Rule[] = [
  { name: 'check', lane: 'beside', atOnce: 2, fits: (path) => path === 'test/check.test.ts' },
  { name: 'kubelet', lane: 'beside', cluster: 'suites', atOnce: 4, fits: suite },
  { name: 'nodes', lane: 'beside', cluster: 'nodes', needs: 'realNodes', atOnce: 4, fits: under('test/nodes') },
  {
    name: 'walls',
    lane: 'beside',
    cluster: 'nodes',
    needs: 'realNodes',
    atOnce: 1,
    fits: under('test/contract/walls'),
  },
  { name: 'contract', lane: 'beside', cluster: 'suites', atOnce: 2, fits: under('test/contract') },
  { name: 'containers', lane: 'beside', needs: 'docker', atOnce: 1, fits: under('test/containers') },
  { name: 'robustness', lane: 'beside', atOnce: 2, fits: under('test/robustness') },
  { name: 'browser', lane: 'beside', atOnce: 1, fits: under('test/browser') },
  { name: 'commands', lane: 'beside', cluster: 'platform', atOnce: 1, fits: under('test/e2e/commands') },
  { name: 'first-light', atOnce: 1, fits: (path) => path === 'test/e2e/first-light.test.ts' },
  { name: 'e2e-nodes', needs: 'realNodes', atOnce: 1, fits: under('test/e2e/nodes') },
  { name: 'e2e', cluster: 'platform', atOnce: 1, fits: under('test/e2e') },
  { name: 'unit', lane: 'beside', atOnce: 2, fits: () => true },
];

// The lanes are also few because of inotify(7): a user has 128 instances, a local control plane takes 17, a real node 7.
const order = [
  ...['check', 'unit', 'robustness', 'browser', 'contract', 'kubelet', 'containers'],
  ...['nodes', 'walls', 'commands', 'first-light', 'e2e-nodes', 'e2e'],
] as const;

export const stageNames: readonly string[] = order;

/** Where the kubelet's suite can be made to run without a cluster of the user's. */
export const places = ['local', 'containerd'] as const;
export type PlaceName = (typeof places)[number];

export interface Wanted {
  /** Stages and paths; empty: all. */
  readonly words?: readonly string[];
  /** Where the kubelet's suite runs when words ask for it: on the local cluster (or `KUBECONFIG`'s), on real nodes, both. */
  readonly on?: readonly PlaceName[];
}

/** The stages that are wanted, in order; those without files are left out. */
export function stagesOf(files: readonly string[], { words = [], on = ['local'] }: Wanted = {}): readonly Stage[] {
  const sorted = [...files].sort();
  const ruleOf = (path: string) => rules.find(({ fits }) => fits(path))!;
  const isWanted = (path: string, stage: string) =>
    words.length === 0 || words.some((word) => word === stage || word === path || path.startsWith(`${word}/`));
  const membersOf = (name: string): readonly string[] => {
    const own = sorted.filter((path) => ruleOf(path).name === name && isWanted(path, name));
    if (name === 'kubelet') return on.includes('local') ? own : [];
    if (name !== 'nodes') return own;
    // The kubelet's suite, once more.
    const anyway = words.length === 0 || words.includes('nodes');
    const again = (path: string) => anyway || (on.includes('containerd') && isWanted(path, 'kubelet'));
    return [...own, ...sorted.filter((path) => suite(path) && !onlyOurs(path) && again(path))].sort();
  };
  return order.flatMap((name) => {
    const { fits: _, ...rest } = rules.find((rule) => rule.name === name)!;
    const members = membersOf(name);
    return members.length === 0 ? [] : [{ ...rest, files: members }];
  });
}
