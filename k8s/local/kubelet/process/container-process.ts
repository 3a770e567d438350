import { spawn } from 'node:child_process';
import { closeSync, type FSWatcher, mkdirSync, openSync, watch } from 'node:fs';
import { join } from 'node:path';
import { MARKER, type Suspect } from './census.ts';
import { childOf, readEnvironment, readStat, signal } from './proc.ts';
import type { Reaper } from './reaper.ts';
import { readExit, readWrapperPid, WRAPPER } from './wrapper.ts';

export interface Launch {
  /** The marker: `<pod uid>/<container>/<attempt>`. */
  readonly id: string;
  /** The attempt's own folder, for the log, the pid and the exit code. */
  readonly folder: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** A descriptor for its input; it has none otherwise. */
  readonly stdin?: number;
}

export interface Ended {
  readonly exitCode: number;
  readonly atMs: number;
}

/** How often a process that is not our child is looked at, beside the event of its exit file. */
const POLL_MS = 500;

export const logFileOf = (folder: string): string => join(folder, 'log');

/** A running instance of a container: one wrapper with the program below it, in a session of its own. */
export class ContainerProcess {
  readonly id: string;
  readonly pid: number;
  readonly folder: string;
  /** Resolves once the program has ended and nothing of the container lives any more. */
  readonly ended: Promise<Ended>;
  readonly #reaper: Reaper;

  private constructor(
    { id, folder }: { readonly id: string; readonly folder: string },
    { pid, gone, reaper }: { readonly pid: number; readonly gone: Promise<Ended>; readonly reaper: Reaper },
  ) {
    this.id = id;
    this.folder = folder;
    this.pid = pid;
    this.#reaper = reaper;
    this.ended = gone.then(async (end) => {
      await reaper.reap(this.suspect());
      return end;
    });
  }

  static start(launch: Launch, reaper: Reaper): ContainerProcess {
    mkdirSync(launch.folder, { recursive: true });
    const log = openSync(logFileOf(launch.folder), 'a', 0o600);
    try {
      const child = spawn('/bin/sh', ['-c', WRAPPER, 'sh', launch.folder, ...launch.argv], {
        cwd: launch.cwd,
        env: { ...launch.env, [MARKER]: launch.id },
        stdio: [launch.stdin ?? 'ignore', log, log],
        detached: true,
      });
      child.unref();
      const gone = new Promise<Ended>((resolve) => {
        child.once('error', () => resolve({ exitCode: 128, atMs: Date.now() }));
        // The wrapper's own exit code is the program's, unless the wrapper itself was killed.
        child.once('exit', (code) => resolve({ exitCode: code ?? 137, atMs: Date.now() }));
      });
      return new ContainerProcess(launch, { pid: child.pid ?? 0, gone, reaper });
    } finally {
      closeSync(log);
    }
  }

  /**
   * Takes over an instance that an earlier kubelet started, whether it still runs or has ended since. Undefined when
   * it never began: its wrapper wrote no pid.
   */
  static adopt(
    { id, folder }: { readonly id: string; readonly folder: string },
    reaper: Reaper,
  ): ContainerProcess | undefined {
    const pid = readWrapperPid(folder);
    if (pid === undefined) return undefined;
    // A number that is another process's by now must never be looked for, let alone killed.
    const own = isWrapper(pid, id) ? pid : 0;
    return new ContainerProcess({ id, folder }, { pid: own, gone: watchForExit({ id, folder, pid: own }), reaper });
  }

  /** Sends a signal to the program alone, as a runtime does to a container's first process. */
  async signal(name: NodeJS.Signals): Promise<void> {
    for (let attempt = 0; attempt < 20; attempt++) {
      const program = childOf(this.pid);
      if (program !== undefined) {
        signal(program, name);
        return;
      }
      if (!isWrapper(this.pid, this.id)) return;
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }

  /** Kills the container's session at once and everything else that belongs to it right after. */
  kill(): void {
    if (isWrapper(this.pid, this.id)) signal(-this.pid, 'SIGKILL');
    // What would not die is told by `ended`, which reaps too.
    this.#reaper.reap(this.suspect()).catch(() => undefined);
  }

  suspect(): Suspect {
    return { id: this.id, pid: this.pid, logFile: logFileOf(this.folder) };
  }
}

/** Whether the pid still is this container's wrapper and not a later process of the same number. */
const isWrapper = (pid: number, id: string) => pid > 0 && readEnvironment(pid, MARKER) === id;

function watchForExit({ id, folder, pid }: { id: string; folder: string; pid: number }): Promise<Ended> {
  return new Promise((resolve) => {
    let watcher: FSWatcher | undefined;
    const look = () => {
      const exit = readExit(folder);
      const alive = isWrapper(pid, id) && readStat(pid)?.state !== 'Z';
      if (!exit && alive) return;
      watcher?.close();
      clearInterval(timer);
      // Without a record the wrapper itself was killed, which on a real node is the end of the container too.
      resolve(exit ?? readExit(folder) ?? { exitCode: 137, atMs: Date.now() });
    };
    const timer = setInterval(look, POLL_MS);
    watcher = watch(folder, look);
    look();
  });
}
