import { FaultflixError } from '#base/errors.ts';
import { type Region, regions, zonesOf } from '#base/names.ts';

/**
 * Addresses of a cluster of real nodes. Its network namespaces lead nowhere else, so every cluster has the same ones and
 * they can clash with nothing.
 */
export const NODE_NETWORK_PREFIX = 24;
/** The bridge, in the cluster's own namespace: here the nodes reach the API server. */
export const BRIDGE_ADDRESS = '10.251.0.1';
export const POD_CIDR = '10.200.0.0/16';

export interface NodeLayout {
  readonly name: string;
  /** Absent on a cluster of one node, which is no region's. */
  readonly region?: Region;
  readonly zone?: string;
  readonly address: string;
  /** Its pods' addresses. */
  readonly podCidr: string;
  /** Of its pods: the node's end of their bridge. */
  readonly podGateway: string;
}

/** A zone of each region first: three nodes are three regions, as the platform's store wants. */
const allNodes: readonly NodeLayout[] = [0, 1]
  .flatMap((nth) => regions.map((region) => ({ region, zone: zonesOf(region)[nth]! })))
  .map((node, index) => ({ name: `${node.zone}-1`, ...node, ...addressesOf(index) }));

export const MAX_NODES = allNodes.length;

/** The first nodes of the local cluster's six; a single one has no region. */
export function layoutNodes(count: number): readonly NodeLayout[] {
  if (!Number.isInteger(count) || count < 1 || count > MAX_NODES) {
    throw new FaultflixError('bad-input', `no cluster has ${count} nodes`, {
      where: '--node-count',
      expected: `a whole number from 1 to ${MAX_NODES}`,
      received: String(count),
    });
  }
  return count === 1 ? [{ name: 'node-1', ...addressesOf(0) }] : allNodes.slice(0, count);
}

function addressesOf(index: number) {
  return {
    address: `10.251.0.${10 + index}`,
    podCidr: `10.200.${index}.0/24`,
    podGateway: `10.200.${index}.1`,
  };
}
