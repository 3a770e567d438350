import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { command } from '../command.ts';
import { nodePlaces } from '../config.ts';

/**
 * What the kubelet would set for the whole machine (setupKernelTunables in pkg/kubelet/cm), and containerd or CNI never:
 * files with the wanted values lie over them, so that it finds all well and nothing of the host changes. The mounts are
 * of the node's mount namespace and go with it, however it ends.
 */
export const SYSCTLS: Readonly<Record<string, string>> = {
  'vm/overcommit_memory': '1',
  'vm/panic_on_oom': '0',
  'kernel/panic': '10',
  'kernel/panic_on_oops': '1',
  'kernel/keys/root_maxkeys': '1000000',
  'kernel/keys/root_maxbytes': '25000000',
};

/** Turns a fresh mount namespace into a node's; the host's mounts are not touched, as the namespace is private. */
export async function mountNode(folder: string): Promise<void> {
  const at = nodePlaces(folder);
  for (const each of [at.sysctls, at.varLib, at.varLog, at.tmp, at.cni, at.containerd, at.kubelet]) {
    mkdirSync(each, { recursive: true });
  }
  // /sys shows the network of whoever mounts it; the cgroups below it are the host's and must stay.
  const aside = join(folder, 'cgroups');
  mkdirSync(aside);
  await command('mount', '--rbind', '/sys/fs/cgroup', aside);
  await command('mount', '-t', 'sysfs', '-o', 'nosuid,nodev,noexec', 'sysfs', '/sys');
  await command('mount', '--move', aside, '/sys/fs/cgroup');
  for (const [name, value] of Object.entries(SYSCTLS)) {
    const sysctl = join('/proc/sys', name);
    if (!existsSync(sysctl)) continue;
    const file = join(at.sysctls, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${value}\n`);
    await command('mount', '--bind', file, sysctl);
  }
  await command('mount', '-t', 'tmpfs', '-o', 'mode=755,nosuid,nodev', 'run', '/run');
  await command('mount', '--bind', at.varLib, '/var/lib');
  await command('mount', '--bind', at.varLog, '/var/log');
  // Volumes with mount propagation want a root that shares; its peers are the pods of this node alone.
  await command('mount', '--make-rshared', '/');
}
