import { command } from '../command.ts';
import { BRIDGE_ADDRESS, NODE_NETWORK_PREFIX, type NodeLayout } from '../layout.ts';

const BRIDGE = 'nodes';

/** The network between the nodes, in the cluster's own namespace. */
export async function createBridge(): Promise<void> {
  const steps = [
    'link set lo up',
    `link add ${BRIDGE} type bridge`,
    `address add ${BRIDGE_ADDRESS}/${NODE_NETWORK_PREFIX} dev ${BRIDGE}`,
    `link set ${BRIDGE} up`,
  ];
  for (const step of steps) await command('ip', ...step.split(' '));
}

/** Gives a node its `eth0`, and the API server a way to the node's pods. `pid` stands in the node's network namespace. */
export async function plugIn({ address, podCidr }: NodeLayout, pid: number): Promise<void> {
  const port = `veth-${address.split('.').at(-1)}`;
  const steps = [
    `link add ${port} type veth peer name eth0 netns ${pid}`,
    `link set ${port} master ${BRIDGE} up`,
    `route add ${podCidr} via ${address}`,
  ];
  for (const step of steps) await command('ip', ...step.split(' '));
}
