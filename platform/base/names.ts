/** Names that all rooms share: docs/architecture.md, "Names" and "Addresses and ports". */
export const API_GROUP = 'faultflix.dev';
export const API_VERSION = 'v1alpha1';

export const regions = ['us-east-1', 'us-west-2', 'ap-south-1'] as const;
export type Region = (typeof regions)[number];

/** Where a caller may be: a region, or `global` (router, controller, load). The order gives the port offsets. */
export const places = [...regions, 'global'] as const;
export type Place = (typeof places)[number];

export const isPlace = (text: string): text is Place => (places as readonly string[]).includes(text);
export const zonesOf = (region: Region): readonly string[] => [`${region}a`, `${region}b`];

export const CHAOS_NAMESPACE = 'chaos';

export const labels = {
  partOf: 'app.kubernetes.io/part-of',
  service: 'app.kubernetes.io/name',
  region: 'faultflix.dev/region',
  chaosOptIn: 'faultflix.dev/chaos',
  nodeRegion: 'topology.kubernetes.io/region',
  nodeZone: 'topology.kubernetes.io/zone',
  sliceService: 'kubernetes.io/service-name',
} as const;

export const innerPorts = {
  grpc: 19090,
  https: 18443,
  ops: 19100,
  toxiproxy: 8474,
  warden: 9440,
  /** etcd's clients; the other members come to `peer`. */
  store: 12379,
  peer: 12380,
  smtp: 12525,
} as const;

export const protocols = ['grpc', 'https'] as const;
export type Protocol = (typeof protocols)[number];

/** What a pod's Toxiproxy stands before: the protocols of our own services, and those that a few speak besides. */
export type Door = Protocol | 'store' | 'smtp';
const firstPort: Record<Door, number> = { grpc: 9091, https: 8441, store: 2371, smtp: 2521 };

export interface Listener {
  /** Name of the Service port and of the Toxiproxy proxy. */
  readonly name: string;
  readonly port: number;
}

/** The listener of a pod's Toxiproxy through which callers in `from` reach it. */
export function listener(door: Door, from: Place): Listener {
  return { name: `${door}-from-${from}`, port: firstPort[door] + places.indexOf(from) };
}

const distances: ReadonlyArray<readonly [Region, Region, number]> = [
  ['us-east-1', 'us-west-2', 65],
  ['us-east-1', 'ap-south-1', 200],
  ['us-west-2', 'ap-south-1', 220],
];

/** Round trip between two places, in milliseconds: public inter-region medians of a large cloud, rounded. */
export function distanceMs(a: Place, b: Place): number {
  return distances.find(([x, y]) => (x === a && y === b) || (x === b && y === a))?.[2] ?? 0;
}
