import type { V1NodeSelectorRequirement, V1NodeSelectorTerm } from '@kubernetes/client-node';
import { parseQuantity } from '../env/quantity.ts';
import { containersOf, type Pod } from '../types.ts';

export interface NodeView {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly allocatable: Readonly<Record<string, string>>;
}

export interface Refusal {
  readonly reason: string;
  readonly message: string;
}

const NAMES = ['cpu', 'memory', 'ephemeral-storage'] as const;

/**
 * Whether a node takes a pod that was bound to it, in the kubelet's words (lifecycle/predicate.go): the scheduler is not
 * the only one who binds. `others` are the pods that the node has and that have not ended.
 */
export function refusalOf(pod: Pod, node: NodeView, others: readonly Pod[]): Refusal | undefined {
  if (!fits(pod, node)) return { reason: 'NodeAffinity', message: 'Pod was rejected: Predicate NodeAffinity failed' };
  const room = Number(node.allocatable.pods ?? Number.POSITIVE_INFINITY);
  if (others.length >= room) return lacks('pods', { requested: 1, used: others.length, capacity: room });
  for (const name of NAMES) {
    const text = node.allocatable[name];
    const requested = requestOf(pod, name);
    if (text === undefined || requested === 0) continue;
    const used = others.reduce((sum, other) => sum + requestOf(other, name), 0);
    const capacity = parseQuantity(text) * (name === 'cpu' ? 1_000 : 1);
    if (used + requested > capacity) return lacks(name, { requested, used, capacity });
  }
  return undefined;
}

function lacks(name: string, amounts: { requested: number; used: number; capacity: number }): Refusal {
  const { requested, used, capacity } = amounts;
  const message = `Pod was rejected: Node didn't have enough resource: ${name}, requested: ${requested}, used: ${used}, capacity: ${capacity}`;
  return { reason: `OutOf${name}`, message };
}

/** What the pod asks for: its main containers and sidecars together, or an init container and the sidecars before it. */
function requestOf(pod: Pod, name: (typeof NAMES)[number]): number {
  let [sidecars, most, mains] = [0, 0, 0];
  for (const { kind, spec } of containersOf(pod)) {
    const own = amountOf(spec.resources?.requests?.[name], name);
    if (kind === 'init') most = Math.max(most, sidecars + own);
    else if (kind === 'sidecar') sidecars += own;
    else mains += own;
  }
  return Math.max(most, mains + sidecars) + amountOf(pod.spec.overhead?.[name], name);
}

/** Thousandths of a core, or bytes. */
const amountOf = (text: string | undefined, name: string) =>
  text === undefined ? 0 : Math.ceil(parseQuantity(text) * (name === 'cpu' ? 1_000 : 1));

function fits(pod: Pod, node: NodeView): boolean {
  const chosen = Object.entries(pod.spec.nodeSelector ?? {}).every(([key, value]) => node.labels[key] === value);
  const terms = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  return chosen && (terms === undefined || terms.some((term) => matches(term, node)));
}

function matches({ matchExpressions = [], matchFields = [] }: V1NodeSelectorTerm, { name, labels }: NodeView): boolean {
  if (matchExpressions.length + matchFields.length === 0) return false;
  return (
    matchExpressions.every((one) => holds(one, labels[one.key])) &&
    matchFields.every((one) => holds(one, one.key === 'metadata.name' ? name : undefined))
  );
}

function holds({ operator, values = [] }: V1NodeSelectorRequirement, value: string | undefined): boolean {
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'Gt':
      return value !== undefined && Number(value) > Number(values[0]);
    case 'Lt':
      return value !== undefined && Number(value) < Number(values[0]);
    default:
      return false;
  }
}
