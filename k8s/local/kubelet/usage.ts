import type { PodWorker } from './pod-worker.ts';
import { type ProcessStat, readMemoryBytes, TICK_MS } from './process/proc.ts';
import type { Reaper } from './process/reaper.ts';

export interface Usage {
  /** Cores, over `windowMs`. */
  readonly cpu: number;
  readonly memoryBytes: number;
  readonly atMs: number;
  readonly windowMs: number;
}

interface Sample {
  readonly atMs: number;
  /** CPU ticks of each process, by pid and start. */
  readonly ticks: ReadonlyMap<string, number>;
}

/** Also how often the census learns of processes that later lose their parent. */
const SAMPLE_MS = 10_000;
const LEAST_WINDOW_MS = 1_000;

/** What the containers use, from /proc: the processor over the last while, the memory now. */
export class UsageMeter {
  readonly #workers: () => Iterable<PodWorker>;
  readonly #reaper: Reaper;
  readonly #now: () => number;
  readonly #timer: NodeJS.Timeout;
  #before = new Map<string, Sample>();
  #latest = new Map<string, Sample>();

  constructor({
    workers,
    reaper,
    now,
  }: { readonly workers: () => Iterable<PodWorker>; readonly reaper: Reaper; readonly now: () => number }) {
    this.#workers = workers;
    this.#reaper = reaper;
    this.#now = now;
    this.#timer = setInterval(() => this.#sample(), SAMPLE_MS);
    this.#timer.unref();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** Usage by container name of each pod's uid. */
  read(): Map<string, Map<string, Usage>> {
    const oldest = Math.min(...[...this.#latest.values()].map((sample) => sample.atMs));
    if (this.#latest.size === 0 || this.#now() - oldest >= LEAST_WINDOW_MS) this.#sample();
    const groups = this.#groups();
    const usage = new Map<string, Map<string, Usage>>();
    for (const worker of this.#workers()) {
      const containers = new Map<string, Usage>();
      for (const [name, runner] of worker.containers) {
        const id = runner.process?.id;
        const group = id === undefined ? undefined : groups.get(id);
        if (id === undefined || !group) continue;
        const state = worker.runtime.containers[name]?.state;
        const startedAtMs = state?.at === 'running' ? state.startedAtMs : this.#now();
        containers.set(name, this.#usageOf(id, group, startedAtMs));
      }
      usage.set(worker.uid, containers);
    }
    return usage;
  }

  #usageOf(id: string, group: readonly ProcessStat[], startedAtMs: number): Usage {
    const latest = this.#latest.get(id);
    const before = this.#before.get(id);
    const atMs = latest?.atMs ?? this.#now();
    const fromMs = before?.atMs ?? startedAtMs;
    let ticks = 0;
    for (const [key, now] of latest?.ticks ?? []) ticks += Math.max(0, now - (before?.ticks.get(key) ?? 0));
    const windowMs = Math.max(1, atMs - fromMs);
    const memoryBytes = group.reduce((sum, { pid }) => sum + readMemoryBytes(pid), 0);
    return { cpu: (ticks * TICK_MS) / windowMs, memoryBytes, atMs, windowMs };
  }

  #groups(): Map<string, ProcessStat[]> {
    const suspects = [...this.#workers()].flatMap((worker) =>
      [...worker.containers.values()].flatMap(({ process }) => (process ? [process.suspect()] : [])),
    );
    return this.#reaper.look(suspects);
  }

  #sample(): void {
    const atMs = this.#now();
    const next = new Map<string, Sample>();
    for (const [id, group] of this.#groups()) {
      next.set(id, { atMs, ticks: new Map(group.map((stat) => [`${stat.pid}/${stat.startTicks}`, stat.cpuTicks])) });
    }
    this.#before = this.#latest;
    this.#latest = next;
  }
}
