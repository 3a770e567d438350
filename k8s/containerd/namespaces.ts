import { type ChildProcess, spawn } from 'node:child_process';
import { readlinkSync } from 'node:fs';

/** What nodes are made with lies in folders that not every user has on PATH, root after `su` for one. */
export const pathOf = (env: NodeJS.ProcessEnv): string =>
  [
    ...new Set([
      ...(env.PATH ?? '').split(':').filter(Boolean),
      '/usr/local/sbin',
      '/usr/sbin',
      '/sbin',
      '/usr/bin',
      '/bin',
    ]),
  ].join(':');

export interface NamespacedOptions {
  /** Folders of cgroups that it joins, before it has any child. */
  readonly cgroups: readonly string[];
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** File descriptor that its stderr goes to. */
  readonly stderr: number;
}

/** Joins the cgroups that are named before `--`, then becomes the command behind it. */
const JOIN = 'while [ "$1" != -- ]; do echo $$ > "$1/cgroup.procs" || exit 1; shift; done; shift; exec "$@"';

/**
 * Process 1 of the namespace. It reaps what its children leave behind, which Node does not, and ends when its command
 * does; the kernel then kills all that is left in the namespace (pid_namespaces(7)). A shell gives its background
 * processes no stdin unless told.
 */
const INIT = 'exec 3<&0; "$@" <&3 3<&- & exec 3<&- </dev/null; wait $!';

const UNSHARE = ['--mount', '--net', '--pid', '--ipc', '--uts', '--fork', '--kill-child', '--mount-proc'];

/**
 * Starts a command in mount, network, process, IPC and host name namespaces of its own, with pipes as stdin and stdout.
 * The child is `unshare` itself, which stands in the new network namespace too and waits; when it is killed, all inside
 * are.
 */
export function spawnInNamespaces({ cgroups, command, args, env, stderr }: NamespacedOptions): ChildProcess {
  return spawn(
    '/bin/sh',
    [
      '-c',
      JOIN,
      'faultflix-join',
      ...cgroups,
      '--',
      'unshare',
      ...UNSHARE,
      '/bin/sh',
      '-c',
      INIT,
      'init',
      command,
      ...args,
    ],
    { env: { ...env, PATH: pathOf(env) }, stdio: ['pipe', 'pipe', stderr], detached: true, cwd: '/' },
  );
}

/** The number of this process's namespace for processes. */
export const ownPidNamespace = (): string => readlinkSync('/proc/self/ns/pid').replace(/\D/g, '');
