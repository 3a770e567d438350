import { closeSync, openSync, readdirSync, readFileSync, readlinkSync, readSync } from 'node:fs';
import { arch } from 'node:os';

/** One process as /proc/<pid>/stat tells (proc(5)). */
export interface ProcessStat {
  readonly pid: number;
  readonly state: string;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /** User and system time, in clock ticks. */
  readonly cpuTicks: number;
  /** Start, in clock ticks after boot: with the pid it names a process for good. */
  readonly startTicks: number;
}

/**
 * The largest page that Linux has on the machines that Node runs on; most have 4 KiB. Memory in pages is only used as an
 * upper bound, which a closer look then checks.
 */
const PAGE_BYTES = arch() === 'x64' ? 4_096 : 65_536;

/** USER_HZ is 100 on every Linux that Node runs on. */
export const TICK_MS = 10;

/** Undefined when there is no such process (any more). */
export function readStat(pid: number): ProcessStat | undefined {
  try {
    const file = openSync(`/proc/${pid}/stat`, 'r');
    try {
      return parseStat(page.toString('latin1', 0, readSync(file, page, 0, page.length, 0)));
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined;
  }
}

/** Read into, again and again: a file of /proc is small, and there are many. */
const page = Buffer.alloc(4_096);

/** The command's name stands in parentheses and may hold anything, so fields count from the last parenthesis. */
export function parseStat(text: string): ProcessStat {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const number = (index: number) => Number(fields[index]);
  return {
    pid: Number.parseInt(text, 10),
    state: fields[0]!,
    parent: number(1),
    group: number(2),
    session: number(3),
    cpuTicks: number(11) + number(12),
    startTicks: number(19),
  };
}

export function allPids(): number[] {
  const found: number[] = [];
  for (const entry of readdirSync('/proc')) {
    const first = entry.charCodeAt(0);
    if (first >= 49 && first <= 57) found.push(Number(entry));
  }
  return found;
}

/** A child mostly has one of the numbers after its parent's: looked at before all others. */
const NEAR = 32;

/** The one child of a process; undefined when there is none. */
export function childOf(parent: number): number | undefined {
  const isChild = (pid: number) => readStat(pid)?.parent === parent;
  for (let pid = parent + 1; pid <= parent + NEAR; pid++) if (isChild(pid)) return pid;
  return allPids().find(isChild);
}

/** The value of a variable in the environment that the process was started with; undefined when not ours to read. */
export function readEnvironment(pid: number, name: string): string | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/environ`, 'latin1');
    const key = `${name}=`;
    const at = text.startsWith(key) ? 0 : text.indexOf(`\0${key}`) + 1;
    if (at === 0 && !text.startsWith(key)) return undefined;
    const end = text.indexOf('\0', at);
    return text.slice(at + key.length, end < 0 ? undefined : end);
  } catch {
    return undefined;
  }
}

/** Where a descriptor of the process leads, such as a container's log. */
export function readDescriptor(pid: number, descriptor: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/fd/${descriptor}`);
  } catch {
    return undefined;
  }
}

/**
 * Resident memory that is the process's own, in bytes: anonymous and shared memory, without file pages, which a
 * container's cgroup would charge once for all. Zero when the process is gone.
 */
export function readMemoryBytes(pid: number): number {
  try {
    const text = readFileSync(`/proc/${pid}/status`, 'latin1');
    let kib = 0;
    for (const [, amount] of text.matchAll(/^Rss(?:Anon|Shmem):\s+(\d+) kB/gm)) kib += Number(amount);
    return kib * 1024;
  } catch {
    return 0;
  }
}

/** Resident memory of all kinds, file pages included, in bytes. Zero when the process is gone. */
export function readResidentBytes(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1]) * PAGE_BYTES;
  } catch {
    return 0;
  }
}

/** Sends a signal; a process that is already gone is no error. Returns whether it was there. */
export function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    process.kill(pid, name);
    return true;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw thrown;
  }
}
