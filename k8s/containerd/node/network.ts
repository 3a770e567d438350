import { writeFileSync } from 'node:fs';
import { command } from '../command.ts';
import { BRIDGE_ADDRESS, NODE_NETWORK_PREFIX, type NodeLayout } from '../layout.ts';

/**
 * Sets up `eth0`, which the cluster's init has put here. The default route leads to the bridge, where nothing routes on:
 * it is there because the kernel looks for a route before kube-proxy's rules turn a service's address into a pod's.
 */
export async function configureNetwork({ address }: NodeLayout, others: readonly NodeLayout[]): Promise<void> {
  const steps = [
    'link set lo up',
    `address add ${address}/${NODE_NETWORK_PREFIX} dev eth0`,
    'link set eth0 up',
    `route add default via ${BRIDGE_ADDRESS}`,
    ...others.map((other) => `route add ${other.podCidr} via ${other.address}`),
  ];
  for (const step of steps) await command('ip', ...step.split(' '));
  writeFileSync('/proc/sys/net/ipv4/ip_forward', '1'); // of this network namespace alone
}
