/** What `npm test` runs, in order. A test file belongs to the first stage whose folder it is in; the rest are unit tests. */
import type { Prerequisite } from './prerequisites.ts';

export interface Stage {
  readonly name: string;
  /** Files of it ask a real cluster: they get `KUBECONFIG` of one that is shared. */
  readonly cluster: boolean;
  /** A cluster that no other stage has used: its first file asks what a cluster without Faultflix answers. */
  readonly fresh: boolean;
  /** How many files run at the same time: those that judge a platform under load must have the machine to themselves. */
  readonly atOnce: number;
  /** What the machine must have; where it is missing, the files are not run. */
  readonly needs?: Prerequisite;
  readonly files: readonly string[];
}

interface Rule {
  readonly name: string;
  readonly cluster: boolean;
  readonly fresh?: boolean;
  readonly atOnce: number;
  readonly needs?: Prerequisite;
  readonly fits: (path: string) => boolean;
}

const rules: readonly Rule[] = [
  { name: 'check', cluster: false, atOnce: 2, fits: (path) => path === 'test/check.test.ts' },
  { name: 'kubelet', cluster: true, atOnce: 2, fits: (path) => path.startsWith('test/contract/kubelet/') },
  { name: 'contract', cluster: true, atOnce: 2, fits: (path) => path.startsWith('test/contract/') },
  {
    name: 'containers',
    cluster: false,
    atOnce: 1,
    needs: 'docker',
    fits: (path) => path.startsWith('test/containers/'),
  },
  { name: 'robustness', cluster: true, atOnce: 1, fits: (path) => path.startsWith('test/robustness/') },
  {
    name: 'e2e',
    cluster: true,
    fresh: true,
    atOnce: 1,
    fits: (path) => path.startsWith('test/e2e/') || path.startsWith('test/browser/'),
  },
  { name: 'unit', cluster: false, atOnce: 2, fits: () => true },
];

const order = ['check', 'unit', 'contract', 'kubelet', 'containers', 'robustness', 'e2e'] as const;

export const stageNames: readonly string[] = order;

/** The stages that `wanted` names, by stage or by path; all of them when it is empty. Stages without files are left out. */
export function stagesOf(files: readonly string[], wanted: readonly string[]): readonly Stage[] {
  const ruleOf = (path: string) => rules.find(({ fits }) => fits(path))!;
  const isWanted = (path: string) =>
    wanted.length === 0 ||
    wanted.some((word) => word === ruleOf(path).name || path === word || path.startsWith(`${word}/`));
  const chosen = [...files].sort().filter(isWanted);
  return order.flatMap((name) => {
    const { cluster, fresh = false, atOnce, needs } = rules.find((rule) => rule.name === name)!;
    const members = chosen.filter((path) => ruleOf(path).name === name);
    return members.length === 0 ? [] : [{ name, cluster, fresh, atOnce, ...(needs && { needs }), files: members }];
  });
}
