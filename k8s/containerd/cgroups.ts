import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, systemClock } from '#base/clock.ts';
import { FaultflixError } from '#base/errors.ts';

/** One mounted hierarchy: of cgroup v1 with its controllers, or the one of v2. */
export interface Hierarchy {
  readonly folder: string;
  readonly version: 1 | 2;
  /** v1: what its mount says, `memory` or `cpu`, `cpuacct`. */
  readonly controllers: readonly string[];
}

/** The hierarchies in a text like /proc/self/mountinfo (proc_pid_mountinfo(5)). */
export function hierarchiesOf(mountinfo: string): readonly Hierarchy[] {
  const found = new Map<string, Hierarchy>();
  for (const line of mountinfo.split('\n')) {
    const [left, right] = line.split(' - ');
    const folder = left?.split(' ')[4];
    const [type, , options = ''] = right?.split(' ') ?? [];
    if (!folder || (type !== 'cgroup' && type !== 'cgroup2')) continue;
    const controllers = options
      .split(',')
      .filter((option) => !['rw', 'ro', 'xattr', 'clone_children'].includes(option));
    found.set(folder, { folder, version: type === 'cgroup' ? 1 : 2, controllers });
  }
  return [...found.values()];
}

export const mountedHierarchies = (): readonly Hierarchy[] =>
  hierarchiesOf(readFileSync('/proc/self/mountinfo', 'utf8'));

export interface Limits {
  readonly memoryBytes: number;
  readonly processes: number;
}

/** All that a cluster starts is in cgroups below this one. */
export const cgroupOf = (cluster: string): string => `faultflix-${cluster}`;

/** v1 keeps a controller in a hierarchy of its own, and v2 wants to be told which ones a child may use. */
const V2_CONTROLLERS = ['cpu', 'cpuset', 'memory', 'pids', 'io', 'hugetlb'];

/** Beside hierarchies of v1, the one of v2 is there for its processes alone, and the root's settings are the host's. */
const isHybrid = (hierarchies: readonly Hierarchy[]): boolean => hierarchies.some(({ version }) => version === 1);

/** Makes the cgroup `path` in every hierarchy and sets its limits. Returns its folders. */
export function createCgroup(path: string, limits?: Limits, hierarchies = mountedHierarchies()): readonly string[] {
  return hierarchies.map((hierarchy) => {
    let folder = hierarchy.folder;
    for (const part of path.split('/')) {
      if (hierarchy.version === 2 && !isHybrid(hierarchies)) delegate(folder);
      const parent = folder;
      folder = join(folder, part);
      if (!existsSync(folder)) mkdirSync(folder);
      if (hierarchy.controllers.includes('cpuset')) inheritCpus(parent, folder);
    }
    const set = (file: string, value: number) => {
      if (limits && existsSync(join(folder, file))) writeFileSync(join(folder, file), String(value));
    };
    set(hierarchy.version === 1 ? 'memory.limit_in_bytes' : 'memory.max', limits?.memoryBytes ?? 0);
    set('pids.max', limits?.processes ?? 0);
    return folder;
  });
}

function delegate(folder: string): void {
  const offered = readFileSync(join(folder, 'cgroup.controllers'), 'utf8').trim().split(' ');
  const wanted = V2_CONTROLLERS.filter((name) => offered.includes(name)).map((name) => `+${name}`);
  if (wanted.length > 0) writeFileSync(join(folder, 'cgroup.subtree_control'), wanted.join(' '));
}

/** A new cpuset of v1 is empty, and no process may enter it then: cpusets(7). */
function inheritCpus(parent: string, folder: string): void {
  for (const file of ['cpuset.cpus', 'cpuset.mems']) {
    if (readFileSync(join(folder, file), 'utf8').trim() !== '') continue;
    writeFileSync(join(folder, file), readFileSync(join(parent, file), 'utf8').trim());
  }
}

const ROUNDS = 250;
const POLL_MS = 20;

/** Kills what is in the cgroup `path` and all below it, and removes them, in every hierarchy. */
export async function removeCgroup(path: string, clock: Clock = systemClock): Promise<void> {
  const folders = mountedHierarchies().map(({ folder }) => join(folder, path));
  for (let round = 0; round < ROUNDS; round++) {
    const left = folders.filter((folder) => existsSync(folder));
    if (left.length === 0) return;
    for (const folder of left) tryRemove(folder);
    if (left.some((folder) => existsSync(folder))) await clock.sleep(POLL_MS);
  }
  throw new FaultflixError('residue', 'cgroups of the cluster cannot be removed', {
    where: folders.filter((folder) => existsSync(folder)).join(', '),
    expected: 'no process in them after SIGKILL',
    todo: 'look at the processes in their cgroup.procs; a D as their state means that the kernel holds them',
  });
}

function tryRemove(folder: string): void {
  for (const child of childrenOf(folder)) tryRemove(join(folder, child));
  for (const pid of processesOf(folder)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // gone between the two looks
    }
  }
  try {
    rmdirSync(folder);
  } catch (error) {
    // Busy: what is killed is not gone yet, and the caller comes again.
    if (!['EBUSY', 'ENOENT', 'ENOTEMPTY'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

function childrenOf(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
  } catch {
    return []; // removed meanwhile
  }
}

/** Pids of this namespace; 0 stands for a process that cannot be seen from it. */
function processesOf(folder: string): number[] {
  try {
    return readFileSync(join(folder, 'cgroup.procs'), 'utf8')
      .split('\n')
      .map(Number)
      .filter((pid) => pid > 0);
  } catch {
    return []; // removed meanwhile
  }
}
