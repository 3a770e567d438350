import { type Rng, sample } from '#base/rng.ts';
import type { BlastRadius, TargetSelector } from '../engine/experiment.ts';
import type { PodRef } from '../world/target.ts';

/** A pod by its metadata. */
export interface Candidate extends PodRef {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly dying: boolean;
}

/** What a PodDisruptionBudget still allows. */
export interface DisruptionBudget {
  readonly namespace: string;
  readonly name: string;
  readonly matchLabels: Readonly<Record<string, string>>;
  readonly disruptionsAllowed: number;
}

export interface SelectOptions {
  readonly selector: TargetSelector;
  /** All pods of the service in the selector's regions. */
  readonly candidates: readonly Candidate[];
  readonly budgets: readonly DisruptionBudget[];
  readonly radius: BlastRadius;
  /** What earlier steps of the same experiment hit. */
  readonly already: readonly PodRef[];
  /** Whether the fault ends its pods: then disruption budgets count. */
  readonly endsPods: boolean;
  readonly optInLabel: string;
  readonly haltAnnotation: string;
  readonly rng: Rng;
}

export interface Spared {
  readonly pod: string;
  readonly reason: string;
}

export interface Selection {
  readonly victims: readonly Candidate[];
  /** In the order in which they take the place of a victim of the same namespace that cannot be one after all. */
  readonly reserves: readonly Candidate[];
  readonly spared: readonly Spared[];
  /** Why nothing may be hit at all; `victims` is then empty. */
  readonly refusal?: Refusal;
}

/** `no-match` and `radius` are mistakes of the author; `short` and `budget` are how the cluster is just now. */
export interface Refusal {
  readonly kind: 'no-match' | 'radius' | 'short' | 'budget';
  readonly reason: string;
}

/** Chooses victims: pure and seeded. Every pod that is not chosen is told why, every refusal what it would take. */
export function select(options: SelectOptions): Selection {
  const { selector, candidates, radius, already, rng } = options;
  const { eligible, spared } = filter(options);
  if (candidates.length === 0) {
    return {
      victims: [],
      reserves: [],
      spared,
      refusal: { kind: 'no-match', reason: `the selector matches no pod: ${describe(selector)}` },
    };
  }
  const keyOf = ({ namespace }: Candidate) => (selector.per === 'region' ? namespace : '');
  const groups = groupBy(eligible, keyOf);
  // A region whose pods are all spared still lacks its victim.
  const order = [...new Set(candidates.map(keyOf))].sort().map((name) => {
    const pods = groups.get(name) ?? [];
    const sorted = [...pods].sort((a, b) => `${a.namespace}/${a.name}`.localeCompare(`${b.namespace}/${b.name}`));
    const shuffled = sample(sorted, sorted.length, rng.fork(name));
    const total = candidates.filter((candidate) => keyOf(candidate) === name).length;
    return { shuffled, wanted: wantedOf(selector, total) };
  });
  const victims = order.flatMap(({ shuffled, wanted }) => shuffled.slice(0, wanted));
  const reserves = order.flatMap(({ shuffled, wanted }) => shuffled.slice(wanted));
  const refusal =
    short(order, selector) ?? overRadius(victims, { candidates, radius, already }) ?? overBudget(victims, options);
  if (refusal !== undefined) return { victims: [], reserves: [], spared, refusal };
  const chosen = new Set(reserves);
  return {
    victims,
    reserves,
    spared: [...spared, ...[...chosen].map((pod) => ({ pod: nameOf(pod), reason: 'the seed chose others' }))],
  };
}

function wantedOf({ count, percentage }: TargetSelector, total: number): number {
  return percentage === undefined ? (count ?? 1) : Math.ceil((total * percentage) / 100);
}

function filter(options: SelectOptions): { eligible: Candidate[]; spared: Spared[] } {
  const eligible: Candidate[] = [];
  const spared: Spared[] = [];
  for (const candidate of options.candidates) {
    const reason = reasonToSpare(candidate, options);
    if (reason === undefined) eligible.push(candidate);
    else spared.push({ pod: nameOf(candidate), reason });
  }
  return { eligible, spared };
}

function reasonToSpare(candidate: Candidate, options: SelectOptions): string | undefined {
  const { selector, already, optInLabel, haltAnnotation, endsPods } = options;
  if (candidate.labels[optInLabel] !== 'enabled') return `not opted in: label ${optInLabel}=enabled is missing`;
  const halted = candidate.annotations[haltAnnotation];
  if (halted === 'true') return `halted by annotation ${haltAnnotation}`;
  if (halted === 'ending' && endsPods) return `not to be ended, by annotation ${haltAnnotation}`;
  if (candidate.dying) return 'already being deleted';
  if (selector.exclude?.includes(candidate.name)) return 'excluded by name';
  for (const [name, value] of Object.entries(selector.labels ?? {})) {
    if (candidate.labels[name] !== value) return `label ${name} is not ${value}`;
  }
  if (already.some(({ uid }) => uid === candidate.uid)) return 'an earlier step hits it';
  return undefined;
}

/** Fewer victims than were asked for would be another, milder experiment. */
function short(
  groups: readonly { readonly shuffled: readonly Candidate[]; readonly wanted: number }[],
  { per }: TargetSelector,
): Refusal | undefined {
  const lacking = groups.find(({ shuffled, wanted }) => shuffled.length < wanted);
  if (groups.length > 0 && !lacking) return undefined;
  const where = per === 'region' ? ' in a region' : '';
  const [have, want] = lacking ? [lacking.shuffled.length, lacking.wanted] : [0, 1];
  return { kind: 'short', reason: `${want} pods${where} are to be hit, ${have} can be` };
}

function overRadius(
  victims: readonly Candidate[],
  { candidates, radius, already }: Pick<SelectOptions, 'candidates' | 'radius' | 'already'>,
): Refusal | undefined {
  const pods = victims.length + already.length;
  if (pods > radius.maxPods)
    return { kind: 'radius', reason: `${pods} pods would be hit, blastRadius.maxPods is ${radius.maxPods}` };
  for (const [namespace, hit] of groupBy(victims, (pod) => pod.namespace)) {
    const inRegion = candidates.filter((pod) => pod.namespace === namespace);
    // The same service's pods that an earlier step hits count too.
    const before = inRegion.filter(({ uid }) => already.some((pod) => pod.uid === uid)).length;
    const ratio = (hit.length + before) / inRegion.length;
    if (ratio > radius.maxRatioOfService) {
      return {
        kind: 'radius',
        reason: `${hit.length + before} of ${inRegion.length} pods in ${namespace} would be hit, blastRadius.maxRatioOfService is ${radius.maxRatioOfService}`,
      };
    }
  }
  return undefined;
}

function overBudget(victims: readonly Candidate[], { endsPods, budgets }: SelectOptions): Refusal | undefined {
  if (!endsPods) return undefined;
  for (const budget of budgets) {
    const hit = victims.filter(
      (pod) =>
        pod.namespace === budget.namespace &&
        Object.entries(budget.matchLabels).every(([name, value]) => pod.labels[name] === value),
    ).length;
    if (hit > budget.disruptionsAllowed) {
      return {
        kind: 'budget',
        reason: `PodDisruptionBudget ${budget.namespace}/${budget.name} allows ${budget.disruptionsAllowed} disruptions, ${hit} would be made`,
      };
    }
  }
  return undefined;
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

export const nameOf = ({ namespace, name }: Pick<PodRef, 'namespace' | 'name'>): string => `${namespace}/${name}`;

const describe = ({ service, regions }: TargetSelector): string =>
  `service ${service}${regions ? ` in ${regions.join(', ')}` : ''}`;
