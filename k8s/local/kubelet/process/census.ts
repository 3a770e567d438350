import { allProcesses, type ProcessStat, readDescriptor, readEnvironment } from './proc.ts';

/** The variable that every process of a container has from its wrapper: `<pod uid>/<container>/<attempt>`. */
export const MARKER = 'FAULTFLIX_CONTAINER_ID';

export interface Suspect {
  /** The container's marker. */
  readonly id: string;
  /** Its wrapper; 0 when it is not known to live. */
  readonly pid: number;
  /** Its log file, which its processes have as their output. */
  readonly logFile: string;
}

interface Known {
  readonly id: string | undefined;
  readonly startTicks: number;
  readonly firstSeenMs: number;
}

/** A process between fork and exec still shows its parent's environment: only after this long is a "no" believed. */
const SETTLED_MS = 2_000;

/** What the census asks the machine. */
export interface System {
  readonly self: number;
  readonly now: () => number;
  readonly processes: () => readonly ProcessStat[];
  readonly environment: (pid: number, name: string) => string | undefined;
  readonly descriptor: (pid: number, descriptor: number) => string | undefined;
}

const thisSystem: System = {
  self: process.pid,
  now: () => performance.now(),
  processes: allProcesses,
  environment: readEnvironment,
  descriptor: readDescriptor,
};

/**
 * Which container each process of the machine belongs to: by the marker in its environment; else by its parent, when it
 * was started with another environment; else, for an orphan, by its session or by its output. What was once known of
 * a process is remembered, so that one that later loses its parent is still found.
 */
export class Census {
  readonly #known = new Map<number, Known>();
  readonly #system: System;

  constructor(system: System = thisSystem) {
    this.#system = system;
  }

  /** All living processes by container, dead ones (zombies) left out. */
  take(suspects: readonly Suspect[]): Map<string, ProcessStat[]> {
    const nowMs = this.#system.now();
    const all = this.#system.processes();
    const byPid = new Map(all.map((stat) => [stat.pid, stat]));
    // Zero is no wrapper: it is the session of the kernel's and the init system's own processes.
    const wrappers = suspects.filter((suspect) => suspect.pid > 0);
    const bySession = new Map(wrappers.map((suspect) => [suspect.pid, suspect.id]));
    const byLog = new Map(suspects.map((suspect) => [suspect.logFile, suspect.id]));
    for (const pid of this.#known.keys()) if (!byPid.has(pid)) this.#known.delete(pid);

    const untouchable = this.#untouchable(byPid);
    const owner = (stat: ProcessStat, depth: number): string | undefined => {
      if (untouchable.has(stat.pid)) return undefined;
      const known = this.#known.get(stat.pid);
      const same = known?.startTicks === stat.startTicks ? known : undefined;
      if (same && (same.id !== undefined || nowMs - same.firstSeenMs > SETTLED_MS)) return same.id;
      const id = this.#find(stat, { bySession, byLog, parent: () => ancestor(stat, depth) });
      this.#known.set(stat.pid, { id, startTicks: stat.startTicks, firstSeenMs: same?.firstSeenMs ?? nowMs });
      return id;
    };
    const ancestor = (stat: ProcessStat, depth: number) => {
      const parent = byPid.get(stat.parent);
      return parent && depth < 64 ? owner(parent, depth + 1) : undefined;
    };

    const groups = new Map<string, ProcessStat[]>();
    for (const stat of all) {
      if (stat.state === 'Z' || stat.state === 'X' || stat.parent === 2) continue;
      const id = owner(stat, 0);
      if (id === undefined) continue;
      const group = groups.get(id);
      if (group) group.push(stat);
      else groups.set(id, [stat]);
    }
    return groups;
  }

  /** This process and those above it, and the first ones of the system: whatever they look like, they are no container's. */
  #untouchable(byPid: ReadonlyMap<number, ProcessStat>): ReadonlySet<number> {
    const found = new Set([0, 1, 2]);
    for (let pid = this.#system.self; pid > 0 && !found.has(pid); pid = byPid.get(pid)?.parent ?? 0) found.add(pid);
    return found;
  }

  #find(
    stat: ProcessStat,
    {
      bySession,
      byLog,
      parent,
    }: { bySession: Map<number, string>; byLog: Map<string, string>; parent: () => string | undefined },
  ): string | undefined {
    return (
      bySession.get(stat.session) ??
      this.#system.environment(stat.pid, MARKER) ??
      parent() ??
      byLog.get(this.#system.descriptor(stat.pid, 1) ?? '') ??
      byLog.get(this.#system.descriptor(stat.pid, 2) ?? '')
    );
  }
}
