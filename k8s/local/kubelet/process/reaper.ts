import { setTimeout as sleep } from 'node:timers/promises';
import { FaultflixError } from '#base/errors.ts';
import { Census, type Suspect } from './census.ts';
import { type ProcessStat, signal } from './proc.ts';

/** Rounds of looking and killing. A container that forks faster than that is reported, and tried again by the caller. */
const ROUNDS = 200;

/**
 * Kills containers whole: every process that belongs to them, whatever session it moved to and whatever signals it
 * ignores. Requests that come in the same turn share one look at /proc.
 */
export class Reaper {
  readonly #census = new Census();
  #waiting: { suspect: Suspect; resolve: () => void; reject: (error: unknown) => void }[] = [];
  #scheduled = false;

  /** Resolves when no process of the container lives. */
  reap(suspect: Suspect): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ suspect, resolve, reject });
      if (this.#scheduled) return;
      this.#scheduled = true;
      setImmediate(() => void this.#round());
    });
  }

  /** The processes of each container now; also lets the census learn of descendants before they lose their parents. */
  look(suspects: readonly Suspect[]): Map<string, ProcessStat[]> {
    return this.#census.take(suspects);
  }

  async #round(): Promise<void> {
    const batch = this.#waiting;
    this.#waiting = [];
    this.#scheduled = false;
    let open = batch;
    try {
      for (let round = 0; round < ROUNDS && open.length > 0; round++) {
        if (round > 0) await sleep(Math.min(round, 20));
        const groups = this.#census.take(open.map((request) => request.suspect));
        open = open.filter((request) => {
          const group = groups.get(request.suspect.id);
          if (group === undefined) request.resolve();
          for (const { pid } of group ?? []) signal(pid, 'SIGKILL');
          return group !== undefined;
        });
      }
      for (const { suspect, reject } of open) {
        reject(new FaultflixError('residue', 'processes of a container would not die', { where: suspect.id }));
      }
    } catch (cause) {
      for (const { reject } of open) reject(cause);
    }
  }
}
