import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { FaultflixError } from '#base/errors.ts';
import { mountedHierarchies } from './cgroups.ts';

/** What a cluster must leave on its host as it found it; each a sorted list of lines. */
export const sections = [
  'processes',
  'interfaces',
  'routes',
  'iptables',
  'ip6tables',
  'nftables',
  'mounts',
  'cgroups',
  'sysctls',
] as const;
export type Section = (typeof sections)[number];
export type HostState = Readonly<Record<Section, readonly string[]>>;

/** What differs, a line each, as `cgroups: + /sys/fs/cgroup/pids/faultflix-x`; none when nothing does. Pure. */
export function difference(before: HostState, after: HostState): readonly string[] {
  return sections.flatMap((section) => {
    const [was, is] = [new Set(before[section]), new Set(after[section])];
    return [
      ...after[section].filter((line) => !was.has(line)).map((line) => `${section}: + ${line}`),
      ...before[section].filter((line) => !is.has(line)).map((line) => `${section}: - ${line}`),
    ];
  });
}

/** Values that change by themselves: counters, random numbers, and settings of interfaces, which are compared as such. */
const VOLATILE_SYSCTLS = [
  /^fs\.(dentry-state|file-nr|inode-nr|inode-state|aio-nr|quota\.)/,
  /^kernel\.(ns_last_pid|random\.|pty\.nr|perf_|sched_domain|threads-)/,
  /^net\.netfilter\.nf_conntrack_count/,
  /^net\.ipv[46]\.(conf|neigh)\.(?!all\.|default\.)/,
  /^vm\.(stat|min_free|user_reserve|admin_reserve)/,
];

export function sysctlLines(text: string): readonly string[] {
  return lines(text).filter((line) => !VOLATILE_SYSCTLS.some((pattern) => pattern.test(line)));
}

/** Rules without what they have counted so far and without comments, which hold the time. */
export function ruleLines(text: string): readonly string[] {
  return lines(text)
    .filter((line) => !line.startsWith('#'))
    .map((line) => line.replace(/\[\d+:\d+\]/g, '[]').replace(/packets \d+ bytes \d+/g, ''));
}

/** proc_pid_mountinfo(5) without the numbers, which are given anew each time. */
export function mountLines(mountinfo: string): readonly string[] {
  return lines(mountinfo).map((line) => line.split(' ').slice(3).join(' '));
}

/** Interfaces with their addresses, of `ip -json address`; how long an address is valid is left out. */
export function interfaceLines(json: string): readonly string[] {
  const all = JSON.parse(json) as { ifname: string; addr_info?: { local?: string; prefixlen?: number }[] }[];
  return all
    .map(({ ifname, addr_info = [] }) =>
      [ifname, ...addr_info.map((each) => `${each.local}/${each.prefixlen}`)].join(' '),
    )
    .sort();
}

const lines = (text: string): string[] =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .sort();

/**
 * The state of this host now. Other clusters that come and go meanwhile are left out: of the processes that are marked
 * as a cluster's, and of the cgroups named like one, only `cluster`'s count.
 */
export function hostState(cluster: string): HostState {
  return {
    processes: markedProcesses(cluster),
    interfaces: interfaceLines(said('ip', '-json', 'address')),
    routes: lines(said('ip', 'route', 'show', 'table', 'all')),
    iptables: ruleLines(said('iptables-save')),
    ip6tables: ruleLines(said('ip6tables-save')),
    nftables: ruleLines(said('nft', 'list', 'ruleset')),
    mounts: mountLines(readFileSync('/proc/self/mountinfo', 'utf8')),
    cgroups: cgroups(cluster),
    sysctls: sysctlLines(said('sysctl', '-a')),
  };
}

/** What a program prints. One that fails has said nothing of the host, and nothing would differ from nothing: it throws. */
export function said(program: string, ...args: readonly string[]): string {
  const { stdout, stderr, error, status, signal } = spawnSync(program, [...args], {
    encoding: 'utf8',
    maxBuffer: 64 * 2 ** 20,
  });
  if (status === 0) return stdout;
  throw new FaultflixError('could-not-run', 'the host could not be asked for its state', {
    where: [program, ...args].join(' '),
    expected: 'exit code 0',
    received: `${signal ?? `exit code ${status}`}: ${stderr?.trim().slice(-300) ?? ''}`,
    cause: error,
  });
}

function markedProcesses(cluster: string): readonly string[] {
  const found: string[] = [];
  for (const pid of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
      if (environment.some((each) => each.startsWith(`FAULTFLIX_CLUSTER=${cluster}/`))) {
        found.push(`${pid} ${readFileSync(`/proc/${pid}/comm`, 'utf8').trim()}`);
      }
    } catch {
      // gone between the two looks
    }
  }
  return found.sort();
}

/** Of /proc/self/cgroup (cgroups(7)): where, in any hierarchy, whoever started this process keeps it and its like. */
export function neighbourhoods(ownCgroups: string): readonly string[] {
  const own = lines(ownCgroups).map((line) => line.split(':').slice(2).join(':'));
  return [...new Set(own.map((path) => dirname(path)).filter((parent) => parent !== '/' && parent !== '.'))];
}

/**
 * Paths of all cgroups, without those of other clusters and without those beside this process's own, which are of
 * other sessions and come and go with them.
 */
function cgroups(cluster: string): readonly string[] {
  const beside = neighbourhoods(readFileSync('/proc/self/cgroup', 'utf8'));
  const below = (folder: string): string[] => {
    let names: string[];
    try {
      names = readdirSync(folder, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => name);
    } catch {
      return []; // removed meanwhile
    }
    return names
      .filter((name) => !name.startsWith('faultflix-') || name === `faultflix-${cluster}`)
      .flatMap((name) => [join(folder, name), ...below(join(folder, name))]);
  };
  const hierarchies = mountedHierarchies();
  const paths = hierarchies.flatMap(({ folder }) =>
    below(folder).filter((path) => !beside.some((parent) => path.startsWith(`${folder}${parent}/`))),
  );
  // What the root of v2 hands down is a setting of the host's.
  const handed = hierarchies
    .filter(({ version }) => version === 2)
    .map(({ folder }) => join(folder, 'cgroup.subtree_control'))
    .map((file) => `${file}: ${readFileSync(file, 'utf8').trim()}`);
  return [...paths, ...handed].sort();
}
