import { distanceMs, type Place } from '#base/names.ts';

/**
 * Own region first; the next nearest when too few are well there. Envoy lets a region carry itself while 1/1.4 of it is
 * well and spills the rest by share ("overprovisioning factor",
 * https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/upstream/load_balancing/priority). Regions here have two
 * pods a service, where shares are coarse and one pod of two must be able to die without every other call crossing the
 * continent, so the rule is a threshold: half of those known.
 */
export const WELL_RATIO = 0.5;

/** One region's endpoints of a callee. */
export interface RegionGroup<T> {
  readonly region: Place;
  /** All that are known, ejected ones included. */
  readonly known: number;
  readonly well: readonly T[];
}

export interface PreferenceOptions {
  readonly preferred: Place;
  /** False when guard `region-preference` is off: then nobody leaves the preferred region. */
  readonly mayLeave: boolean;
}

/** Tiers of endpoints: each is used before the next is looked at. Never an empty tier. */
export function tiersOf<T>(groups: readonly RegionGroup<T>[], options: PreferenceOptions): readonly (readonly T[])[] {
  const byDistance = [...groups]
    .filter((group) => group.well.length > 0)
    .sort((a, b) => rank(options.preferred, a.region) - rank(options.preferred, b.region));
  const pinned = options.preferred !== 'global' && !options.mayLeave;
  const usable = pinned ? byDistance.filter((group) => group.region === options.preferred) : byDistance;
  if (options.preferred === 'global') return usable.length === 0 ? [] : [usable.flatMap((group) => group.well)];
  const [first, ...rest] = usable;
  if (first === undefined) return [];
  if (first.well.length / first.known >= WELL_RATIO || rest.length === 0) return usable.map((group) => group.well);
  // Too few are well: they share the load with the next region rather than drown.
  return [[...first.well, ...rest[0]!.well], ...rest.slice(1).map((group) => group.well)];
}

/** The region itself before others at distance 0 (`global` is 0 from everywhere). */
const rank = (from: Place, to: Place): number => (from === to ? -1 : distanceMs(from, to));
