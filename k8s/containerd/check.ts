import { FaultflixError } from '#base/errors.ts';
import type { Facts } from './facts.ts';

/** The oldest containerd whose CRI speaks v1, all that a kubelet of today understands. */
const OLDEST_CONTAINERD = [1, 6] as const;
/** What a kubelet of cgroup v1 wants; runc adds freezer and devices. */
const CONTROLLERS = ['cpu', 'cpuacct', 'cpuset', 'memory', 'pids', 'devices', 'freezer'] as const;
const V2_CONTROLLERS = ['cpu', 'cpuset', 'memory', 'pids'] as const;
/** sun_path of unix(7), its last zero included. */
const SOCKET_PATH_BYTES = 108;
/** Measured: kubelet 6, containerd 1. */
export const INOTIFY_A_NODE = 7;
/** Over these a node lays folders of its own. */
const COVERED = ['/run/', '/var/run/', '/var/lib/', '/var/log/', '/sys/', '/proc/'] as const;

const PACKAGES: Readonly<Record<string, string>> = {
  containerd: 'containerd',
  ctr: 'containerd',
  runc: 'runc',
  iptables: 'iptables',
  conntrack: 'conntrack',
  nft: 'nftables',
  ip: 'iproute2',
  unshare: 'util-linux',
  setpriv: 'util-linux',
  mount: 'mount',
  'CNI plugins': 'containernetworking-plugins',
};
export const PROGRAMS = Object.keys(PACKAGES).filter((name) => name !== 'CNI plugins');
export const CNI_PLUGIN_NAMES = ['bridge', 'host-local', 'loopback', 'portmap'] as const;

export interface Wanted {
  readonly nodes: number;
}

/** Throws what keeps this machine from having real nodes, with what to do about it. Pure. */
export function checkMachine(facts: Facts, { nodes }: Wanted): void {
  if (facts.platform !== 'linux') {
    throw cannot('unsupported', 'real nodes need Linux', {
      expected: 'linux',
      received: facts.platform,
      todo: 'use a Linux machine or virtual machine, or the local cluster (--cluster local)',
    });
  }
  if (facts.uid !== 0) {
    throw cannot('could-not-run', 'real nodes need root', {
      expected: 'user 0, as namespaces, mounts and cgroups are made',
      received: `user ${facts.uid}`,
      todo: 'run it with sudo, or use the local cluster, which needs no root',
    });
  }
  checkPrograms(facts);
  checkContainerd(facts.containerdVersion);
  checkCgroups(facts);
  if (facts.refusedNamespaces !== undefined) {
    throw cannot('could-not-run', 'namespaces cannot be made here', {
      expected: 'unshare --mount --net --pid --ipc --uts works',
      received: facts.refusedNamespaces,
      todo: 'in a container, give it CAP_SYS_ADMIN and CAP_NET_ADMIN and take its seccomp profile away',
    });
  }
  checkPlaces(facts);
  const free = facts.inotify.limit - facts.inotify.used;
  if (free < nodes * INOTIFY_A_NODE) {
    throw cannot('could-not-run', 'root has too few inotify instances left for these nodes', {
      expected: `${nodes * INOTIFY_A_NODE} for ${nodes} nodes, ${INOTIFY_A_NODE} each`,
      received: `${facts.inotify.used} of ${facts.inotify.limit} in use`,
      todo: 'end other clusters, take fewer nodes (--node-count), or raise the sysctl fs.inotify.max_user_instances',
    });
  }
}

function checkPrograms({ missingPrograms, missingCniPlugins, cniFolder }: Facts): void {
  const missing = [...missingPrograms, ...(missingCniPlugins.length > 0 ? ['CNI plugins'] : [])];
  if (missing.length === 0) return;
  const packages = [...new Set(missing.map((name) => PACKAGES[name]))].join(' ');
  const plugins = missingCniPlugins.length > 0 ? ` (${missingCniPlugins.join(', ')} in ${cniFolder})` : '';
  throw cannot('could-not-run', 'programs that real nodes need are missing', {
    expected: `${[...PROGRAMS, 'CNI plugins'].join(', ')}`,
    received: `no ${missing.join(', ')}${plugins}`,
    todo: `on Debian or Ubuntu: apt-get install ${packages}`,
  });
}

function checkContainerd(said: string): void {
  const [, major, minor] = /\bv?(\d+)\.(\d+)\.\d+/.exec(said) ?? [];
  const [oldMajor, oldMinor] = OLDEST_CONTAINERD;
  const version = [Number(major), Number(minor)] as const;
  if (major !== undefined && (version[0] > oldMajor || (version[0] === oldMajor && version[1] >= oldMinor))) return;
  throw cannot('could-not-run', 'containerd is too old', {
    expected: `containerd ${OLDEST_CONTAINERD.join('.')} or newer (tested with 1.6.20)`,
    received: said.trim() || 'no version',
    todo: 'install a newer containerd; Debian 12 and Ubuntu 22.04 have one',
  });
}

/** v2 alone is let through when it has what is needed; it is not among what this is tested on. */
function checkCgroups({ hierarchies, cgroupsWritable }: Facts): void {
  const first = hierarchies.filter(({ version }) => version === 1).flatMap(({ controllers }) => controllers);
  const second = hierarchies.filter(({ version }) => version === 2).flatMap(({ controllers }) => controllers);
  const missing =
    first.length > 0
      ? CONTROLLERS.filter((name) => !first.includes(name))
      : V2_CONTROLLERS.filter((name) => !second.includes(name));
  if (missing.length > 0) {
    throw cannot('could-not-run', 'cgroup controllers that real nodes need are missing', {
      expected: `${(first.length > 0 ? CONTROLLERS : V2_CONTROLLERS).join(', ')}, mounted under /sys/fs/cgroup`,
      received: `no ${missing.join(', ')}`,
      todo:
        hierarchies.length === 0
          ? 'mount them; in a container, with --cgroupns host and /sys/fs/cgroup from the host'
          : 'enable them (the kernel’s command line may disable memory: cgroup_enable=memory), or mount their hierarchies',
    });
  }
  if (!cgroupsWritable) {
    throw cannot('could-not-run', 'cgroups cannot be made', {
      expected: '/sys/fs/cgroup writable',
      received: 'mounted read-only',
      todo: 'in a container, mount /sys/fs/cgroup of the host writable, with --cgroupns host',
    });
  }
}

function checkPlaces({ stateDir, strangersInCgroup }: Facts): void {
  const socket = Buffer.byteLength(`${stateDir}/api.sock`) + 1;
  const covered = COVERED.find((folder) => `${stateDir}/`.startsWith(folder));
  if (covered !== undefined || socket > SOCKET_PATH_BYTES) {
    throw cannot('bad-input', 'the state folder cannot be where it would be', {
      where: stateDir,
      expected: `a folder outside ${COVERED.join(', ')} whose path is at most ${SOCKET_PATH_BYTES - 10} bytes long`,
      received: covered === undefined ? `${socket} bytes` : `it is in ${covered}, which a node has for itself`,
      todo: 'set TMPDIR to another folder, such as /tmp',
    });
  }
  if (strangersInCgroup.length > 0) {
    throw cannot('conflict', 'the cluster’s cgroup is in use', {
      where: strangersInCgroup.join(', '),
      expected: 'no cgroup of this name but of an earlier cluster in the same state folder',
      todo: 'take another --name, or run down with the TMPDIR that the other cluster was started with',
    });
  }
}

type Details = ConstructorParameters<typeof FaultflixError>[2];
type Code = 'unsupported' | 'could-not-run' | 'bad-input' | 'conflict';
const cannot = (code: Code, message: string, details: Details) => new FaultflixError(code, message, details);
