import { allPids, type ProcessStat, readDescriptor, readEnvironment, readStat } from './proc.ts';

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
  /** When it was last looked at itself. */
  readonly lookedAtMs: number;
}

/** A process between fork and exec still shows its parent's environment: only after this long is a "no" believed. */
const SETTLED_MS = 2_000;
/** For this long a number is taken for the process that it was: a look costs a few files, a number seldom comes again. */
const TRUSTED_MS = 10_000;

/** What the census asks the machine. */
export interface System {
  readonly self: number;
  readonly now: () => number;
  readonly pids: () => readonly number[];
  readonly stat: (pid: number) => ProcessStat | undefined;
  readonly environment: (pid: number, name: string) => string | undefined;
  readonly descriptor: (pid: number, descriptor: number) => string | undefined;
}

const thisSystem: System = {
  self: process.pid,
  now: () => performance.now(),
  pids: allPids,
  stat: readStat,
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

  /**
   * The living processes of the containers that are asked for; dead ones (zombies) are left out. Looks at those and at
   * what is new, not at the rest: a machine has hundreds of processes, and this is done at each container's end.
   */
  take(suspects: readonly Suspect[]): Map<string, ProcessStat[]> {
    const look = new Look(this.#system, this.#known, suspects);
    const groups = new Map<string, ProcessStat[]>();
    const pids = this.#system.pids();
    for (const pid of pids) {
      const stat = look.at(pid);
      if (!stat || stat.state === 'Z' || stat.state === 'X') continue;
      const id = look.owner(stat, 0);
      if (id === undefined || !look.wanted.has(id)) continue;
      const group = groups.get(id);
      if (group) group.push(stat);
      else groups.set(id, [stat]);
    }
    if (this.#known.size > 2 * pids.length) this.#forget(new Set(pids));
    return groups;
  }

  #forget(present: ReadonlySet<number>): void {
    for (const pid of this.#known.keys()) if (!present.has(pid)) this.#known.delete(pid);
  }
}

/** One look at the machine. */
class Look {
  readonly wanted: ReadonlySet<string>;
  readonly #system: System;
  readonly #known: Map<number, Known>;
  readonly #nowMs: number;
  readonly #bySession: ReadonlyMap<number, string>;
  readonly #byLog: ReadonlyMap<string, string>;
  readonly #untouchable: ReadonlySet<number>;

  constructor(system: System, known: Map<number, Known>, suspects: readonly Suspect[]) {
    this.#system = system;
    this.#known = known;
    this.#nowMs = system.now();
    this.wanted = new Set(suspects.map((suspect) => suspect.id));
    // Zero is no wrapper: it is the session of the kernel's and the init system's own processes.
    const wrappers = suspects.filter((suspect) => suspect.pid > 0);
    this.#bySession = new Map(wrappers.map((suspect) => [suspect.pid, suspect.id]));
    this.#byLog = new Map(suspects.map((suspect) => [suspect.logFile, suspect.id]));
    this.#untouchable = untouchable(system);
  }

  /** The process, unless it is known to be nobody who is asked for. */
  at(pid: number): ProcessStat | undefined {
    const known = this.#known.get(pid);
    if (known && this.#nowMs - known.lookedAtMs < TRUSTED_MS) {
      const settled = known.id !== undefined || known.lookedAtMs - known.firstSeenMs > SETTLED_MS;
      if (settled && (known.id === undefined || !this.wanted.has(known.id))) return undefined;
    }
    return this.#system.stat(pid);
  }

  owner(stat: ProcessStat, depth: number): string | undefined {
    if (this.#untouchable.has(stat.pid)) return undefined;
    const known = this.#known.get(stat.pid);
    const same = known?.startTicks === stat.startTicks ? known : undefined;
    const firstSeenMs = same?.firstSeenMs ?? this.#nowMs;
    const believed = same && (same.id !== undefined || same.lookedAtMs - firstSeenMs > SETTLED_MS);
    const id = believed ? same.id : this.#find(stat, depth);
    this.#known.set(stat.pid, { id, startTicks: stat.startTicks, firstSeenMs, lookedAtMs: this.#nowMs });
    return id;
  }

  #find(stat: ProcessStat, depth: number): string | undefined {
    return (
      this.#bySession.get(stat.session) ??
      this.#system.environment(stat.pid, MARKER) ??
      this.#parent(stat, depth) ??
      this.#byLog.get(this.#system.descriptor(stat.pid, 1) ?? '') ??
      this.#byLog.get(this.#system.descriptor(stat.pid, 2) ?? '')
    );
  }

  #parent({ parent }: ProcessStat, depth: number): string | undefined {
    if (this.#untouchable.has(parent) || depth === 64) return undefined;
    const known = this.#known.get(parent);
    if (known?.id !== undefined && known.lookedAtMs === this.#nowMs) return known.id;
    const stat = this.#system.stat(parent);
    return stat && this.owner(stat, depth + 1);
  }
}

/** This process and those above it, and the first ones of the system: whatever they look like, they are no container's. */
function untouchable({ self, stat }: System): ReadonlySet<number> {
  const found = new Set([0, 1, 2]);
  for (let pid = self; !found.has(pid); pid = stat(pid)?.parent ?? 0) found.add(pid);
  return found;
}
