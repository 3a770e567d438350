import { readdirSync, readFileSync } from 'node:fs';

/** A process for good: a pid may be used again, a pid with its start time is not. */
export interface ProcessId {
  readonly pid: number;
  /** Clock ticks since boot at which it started: field 22 of /proc/<pid>/stat (proc_pid_stat(5)). */
  readonly startTicks: number;
}

/** Who runs under this pid now; undefined when nobody does, or only a zombie that its parent has yet to reap. */
export function identify(pid: number): ProcessId | undefined {
  try {
    return identityIn(readFileSync(`/proc/${pid}/stat`, 'utf8'), pid);
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

/**
 * The same from the text of /proc/<pid>/stat (proc_pid_stat(5)). A process of several threads shows as a zombie as soon as
 * its first thread has ended: until the last one has, it still holds its sockets and files.
 */
export function identityIn(stat: string, pid: number): ProcessId | undefined {
  // The second field is the program's name in parentheses and may itself hold spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, threads, startTicks] = [fields[0], Number(fields[17]), Number(fields[19])];
  const dead = state === 'X' || (state === 'Z' && threads <= 1);
  return dead ? undefined : { pid, startTicks };
}

export function isAlive({ pid, startTicks }: ProcessId): boolean {
  return identify(pid)?.startTicks === startTicks;
}

/**
 * Signals the group that the process leads, or the process alone when it leads none. Once: a second SIGTERM may mean
 * something else to it. Returns false when it is gone already.
 */
export function signal(id: ProcessId, name: NodeJS.Signals): boolean {
  if (!isAlive(id)) return false;
  for (const target of [-id.pid, id.pid]) {
    try {
      return process.kill(target, name);
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }
  return false;
}

/**
 * Every process of this user whose environment at its start held `NAME=value`, this process excepted. An environment is
 * inherited, so it finds what has left its process group and outlived its parent; a process that was started with a
 * cleaned environment is not found.
 */
export function startedWith(name: string, value: string): ProcessId[] {
  const mark = `${name}=${value}`;
  const found: ProcessId[] = [];
  for (const entry of readdirSync('/proc')) {
    const pid = Number(entry);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    try {
      if (!readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(mark)) continue;
    } catch (error) {
      if (isGone(error) || isForbidden(error)) continue;
      throw error;
    }
    const id = identify(pid);
    if (id) found.push(id);
  }
  return found;
}

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;
const isGone = (error: unknown): boolean => ['ENOENT', 'ESRCH'].includes(codeOf(error) ?? '');
const isForbidden = (error: unknown): boolean => ['EACCES', 'EPERM'].includes(codeOf(error) ?? '');
