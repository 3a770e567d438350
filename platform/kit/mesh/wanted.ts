import { isIPv6 } from 'node:net';
import { type Door, distanceMs, innerPorts, listener, type Place, places, regions } from '#base/names.ts';
import type { Toxic } from './toxiproxy-admin.ts';

/** A proxy of the pod's sidecar as it should be. */
export interface WantedProxy {
  readonly name: string;
  readonly listen: string;
  readonly upstream: string;
  readonly distance: readonly Toxic[];
}

export interface MeshShape {
  /** Where the pod can be reached. */
  readonly host: string;
  readonly place: Place;
  readonly doors: readonly Door[];
}

/** Where the store's members come to each other: one address, whoever comes, for etcd knows a member by it. */
export const PEER_PORT = 2380;

/** One proxy for each door and place of a caller; the round trip between them is laid half on each direction. */
export function wantedProxies({ host, place, doors }: MeshShape): readonly WantedProxy[] {
  const at = isIPv6(host) ? `[${host}]` : host;
  const callers = doors.flatMap((door) =>
    places.map((from) => {
      const { name, port } = listener(door, from);
      const upstream = `${at}:${innerPorts[door]}`;
      return { name, listen: `${at}:${port}`, upstream, distance: distanceToxics(distanceMs(from, place)) };
    }),
  );
  return doors.includes('store') ? [...callers, peers(at, place)] : callers;
}

/**
 * One listener can have one distance alone: that to the nearest other region, so that a commit takes as long as the nearest
 * majority is away.
 */
function peers(at: string, place: Place): WantedProxy {
  const others = regions.filter((region) => region !== place).map((region) => distanceMs(place, region));
  const distance = distanceToxics(Math.min(...others));
  return { name: 'peer', listen: `${at}:${PEER_PORT}`, upstream: `${at}:${innerPorts.peer}`, distance };
}

/** Empty for no distance. */
export function distanceToxics(roundTripMs: number): readonly Toxic[] {
  if (roundTripMs === 0) return [];
  const there = Math.ceil(roundTripMs / 2);
  return [toxic('upstream', there), toxic('downstream', roundTripMs - there)];
}

function toxic(stream: Toxic['stream'], latencyMs: number): Toxic {
  const attributes = { latency: latencyMs, jitter: 0 };
  return { name: `distance-${stream}`, type: 'latency', stream, toxicity: 1, attributes };
}
