import { execFileSync, spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { cgroupOf, type Hierarchy, mountedHierarchies } from './cgroups.ts';
import { CNI_PLUGIN_NAMES, PROGRAMS } from './check.ts';
import { pathOf } from './namespaces.ts';
import { cniFolder } from './node/files.ts';

/** What of this machine decides whether it can have real nodes. */
export interface Facts {
  readonly platform: string;
  readonly uid: number;
  readonly missingPrograms: readonly string[];
  readonly cniFolder: string;
  readonly missingCniPlugins: readonly string[];
  /** What `containerd --version` says. */
  readonly containerdVersion: string;
  readonly hierarchies: readonly Hierarchy[];
  readonly cgroupsWritable: boolean;
  /** Why namespaces cannot be made; undefined when they can. */
  readonly refusedNamespaces?: string;
  readonly stateDir: string;
  /** Cgroups of the cluster's name in which processes of someone else run. */
  readonly strangersInCgroup: readonly string[];
  /** Of root: the kernel counts by user. */
  readonly inotify: { readonly limit: number; readonly used: number };
}

/** Looks at this machine and changes nothing. */
export function factsOf({ name, stateDir }: { readonly name: string; readonly stateDir: string }): Facts {
  const here = process.platform === 'linux' && process.getuid?.() === 0;
  const hierarchies = here ? withControllers(mountedHierarchies()) : [];
  const plugins = cniFolder();
  const missingPrograms = PROGRAMS.filter((program) => !onPath(program));
  const refused = here && !missingPrograms.includes('unshare') ? whyNoNamespaces() : undefined;
  return {
    platform: process.platform,
    uid: process.getuid?.() ?? -1,
    missingPrograms,
    cniFolder: plugins,
    missingCniPlugins: CNI_PLUGIN_NAMES.filter((plugin) => !isExecutable(join(plugins, plugin))),
    containerdVersion: missingPrograms.includes('containerd')
      ? ''
      : execFileSync('containerd', ['--version'], { encoding: 'utf8', timeout: 10_000 }),
    hierarchies,
    cgroupsWritable: hierarchies.every(({ folder }) => isWritable(folder)),
    ...(refused === undefined ? {} : { refusedNamespaces: refused }),
    stateDir,
    strangersInCgroup: here ? strangersIn(cgroupOf(name), hierarchies) : [],
    inotify: here ? inotifyOfRoot() : { limit: 0, used: 0 },
  };
}

/** v2 lists its controllers in a file, not among its mount's options. */
function withControllers(hierarchies: readonly Hierarchy[]): readonly Hierarchy[] {
  return hierarchies.map((hierarchy) =>
    hierarchy.version === 1
      ? hierarchy
      : {
          ...hierarchy,
          controllers: readFileSync(join(hierarchy.folder, 'cgroup.controllers'), 'utf8').trim().split(' '),
        },
  );
}

function whyNoNamespaces(): string | undefined {
  const { status, stderr, error } = spawnSync(
    'unshare',
    ['--mount', '--net', '--pid', '--ipc', '--uts', '--fork', '--kill-child', '--mount-proc', 'true'],
    { encoding: 'utf8', timeout: 10_000, env: { ...process.env, PATH: pathOf(process.env) } },
  );
  return status === 0 ? undefined : (error?.message ?? stderr.trim());
}

/** What an earlier cluster of this state folder left is cleared before this is asked. */
function strangersIn(cgroup: string, hierarchies: readonly Hierarchy[]): string[] {
  const folders = hierarchies.map(({ folder }) => join(folder, cgroup)).filter((folder) => existsSync(folder));
  return folders.filter((folder) => processesBelow(folder).length > 0);
}

function processesBelow(folder: string): number[] {
  const below = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const here = readFileSync(join(folder, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean).map(Number);
  return [...here, ...below.flatMap(({ name }) => processesBelow(join(folder, name)))];
}

function inotifyOfRoot() {
  let used = 0;
  for (const pid of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      if (!/^Uid:\s+\d+\s+0\s/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))) continue;
      for (const fd of readdirSync(`/proc/${pid}/fd`)) {
        if (readlinkSync(`/proc/${pid}/fd/${fd}`) === 'anon_inode:inotify') used++;
      }
    } catch {
      // gone between the two looks
    }
  }
  return { limit: Number(readFileSync('/proc/sys/fs/inotify/max_user_instances', 'utf8')), used };
}

const onPath = (program: string): boolean =>
  pathOf(process.env)
    .split(':')
    .some((folder) => folder !== '' && isExecutable(join(folder, program)));

const isExecutable = (path: string): boolean => may(path, constants.X_OK);
const isWritable = (path: string): boolean => may(path, constants.W_OK);

function may(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}
