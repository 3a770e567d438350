import { parseQuantity } from './env/quantity.ts';
import type { PodWorker } from './pod-worker.ts';
import { readMemoryBytes, readResidentBytes } from './process/proc.ts';
import type { Reaper } from './process/reaper.ts';

/** How often the memory of the limited containers is looked at: what grows faster goes over its limit by that much. */
const LOOK_MS = 200;

interface Options {
  readonly workers: () => Iterable<PodWorker>;
  readonly reaper: Reaper;
}

/**
 * Holds containers to their memory limits: one whose processes have more together is killed whole and reported as
 * `OOMKilled`. It is watched rather than put into a cgroup, since that works without root and leaves nothing behind.
 * Counted is what a container's cgroup could not give back: anonymous and shared memory, no file pages.
 */
export class MemoryLimits {
  readonly #options: Options;
  readonly #timer: NodeJS.Timeout;

  constructor(options: Options) {
    this.#options = options;
    this.#timer = setInterval(() => this.look(), LOOK_MS);
    this.#timer.unref();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  look(): void {
    const limited = [...this.#options.workers()].flatMap((worker) =>
      [...worker.containers.values()].flatMap((runner) => {
        const { process } = runner;
        const limit = process && runner.spec.resources?.limits?.memory;
        return limit ? [{ runner, suspect: process.suspect(), limitBytes: parseQuantity(limit) }] : [];
      }),
    );
    if (limited.length === 0) return;
    const groups = this.#options.reaper.look(limited.map(({ suspect }) => suspect));
    for (const { runner, suspect, limitBytes } of limited) {
      const pids = (groups.get(suspect.id) ?? []).map(({ pid }) => pid);
      const total = (read: (pid: number) => number) => pids.reduce((sum, pid) => sum + read(pid), 0);
      // All resident memory is quick to read and never less than what counts.
      if (total(readResidentBytes) > limitBytes && total(readMemoryBytes) > limitBytes) runner.outOfMemory();
    }
  }
}
