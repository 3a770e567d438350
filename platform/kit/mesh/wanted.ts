import { isIPv6 } from 'node:net';
import { distanceMs, innerPorts, listener, type Place, type Protocol, places } from '#base/names.ts';
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
  readonly protocols: readonly Protocol[];
}

/** One proxy for each protocol and place of a caller; the round trip between them is laid half on each direction. */
export function wantedProxies({ host, place, protocols }: MeshShape): readonly WantedProxy[] {
  const at = isIPv6(host) ? `[${host}]` : host;
  return protocols.flatMap((protocol) =>
    places.map((from) => {
      const { name, port } = listener(protocol, from);
      const upstream = `${at}:${innerPorts[protocol]}`;
      return { name, listen: `${at}:${port}`, upstream, distance: distanceToxics(distanceMs(from, place)) };
    }),
  );
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
