import { createHash } from 'node:crypto';
import type { Place } from '#base/names.ts';
import type { Endpoint, Endpoints } from '#kit/context.ts';

export interface FamilyParts {
  readonly edges: Pick<Endpoints, 'nearest'>;
  readonly origins: Pick<Endpoints, 'nearest'>;
  readonly place: Place;
  readonly podUid: string;
}

/**
 * The edge that a file is filled from: of the nearest region with an origin, the one that rendezvous hashing
 * (Thaler and Ravishankar, 1998) gives the file to, so that a region asks its origin once for each file. undefined when
 * that is this edge itself, or there is none.
 */
export function parentOf(
  file: string,
  { edges, origins, place, podUid }: FamilyParts,
  isWell: (edge: Endpoint) => boolean,
) {
  const region = origins.nearest(place)[0]?.region;
  const elders = edges.nearest(place).filter((edge) => edge.region === region);
  const well = elders.filter((edge) => isSelf(edge, podUid) || isWell(edge));
  const chosen = well.reduce<{ edge: Endpoint; weight: number } | undefined>((best, edge) => {
    const weight = weightOf(`${file} ${podOf(edge)}`);
    return best === undefined || weight > best.weight ? { edge, weight } : best;
  }, undefined)?.edge;
  return chosen === undefined || isSelf(chosen, podUid) ? undefined : chosen;
}

/** The same from wherever one looks, unlike the endpoint's id, which has the port of the place one looks from. */
const podOf = ({ id }: Endpoint) => id.split('@', 1)[0]!;
export const isSelf = (edge: Endpoint, podUid: string): boolean => podOf(edge) === podUid;

const weightOf = (text: string) => createHash('sha1').update(text).digest().readUInt32BE(0);
