import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Pod } from '../types.ts';

/** `/etc/hosts` of a pod, as the kubelet writes it: the pod's own name, and its hostAliases below. */
export function hostsFile({ metadata, spec }: Pod, podIp: string): string {
  const name = spec.hostname ?? metadata.name;
  const own = [
    podIp,
    ...(spec.subdomain ? [`${name}.${spec.subdomain}.${metadata.namespace}.svc.cluster.local`] : []),
    name,
  ];
  const lines = [
    '# Kubernetes-managed hosts file.',
    '127.0.0.1\tlocalhost',
    '::1\tlocalhost ip6-localhost',
    own.join('\t'),
  ];
  if (spec.hostAliases?.length) {
    lines.push('', '# Entries added by HostAliases.');
    for (const { ip, hostnames } of spec.hostAliases) lines.push([ip, ...(hostnames ?? [])].join('\t'));
  }
  return `${lines.join('\n')}\n`;
}

/** `/etc/resolv.conf` of a pod with a dnsConfig of its own; undefined for one that has what the machine has. */
export function resolvFile({ spec }: Pod): string | undefined {
  const { dnsPolicy, dnsConfig } = spec;
  if (dnsPolicy !== 'None' || !dnsConfig) return undefined;
  const { nameservers = [], searches = [], options = [] } = dnsConfig;
  const words = options.map(({ name, value }) => (value === undefined ? name : `${name}:${value}`));
  const lines = [
    ...(searches.length > 0 ? [`search ${searches.join(' ')}`] : []),
    ...nameservers.map((address) => `nameserver ${address}`),
    ...(words.length > 0 ? [`options ${words.join(' ')}`] : []),
  ];
  return `${lines.join('\n')}\n`;
}

/**
 * Both files below the container's root: a program that reads them there sees what it would in a real container. The
 * machine's resolver reads its own, so names are looked up as on the machine.
 */
export function writeNetworkFiles(root: string, pod: Pod, podIp: string): void {
  mkdirSync(join(root, 'etc'), { recursive: true });
  const resolv = resolvFile(pod);
  writeFileSync(join(root, 'etc/hosts'), hostsFile(pod, podIp));
  if (resolv !== undefined) writeFileSync(join(root, 'etc/resolv.conf'), resolv);
}
