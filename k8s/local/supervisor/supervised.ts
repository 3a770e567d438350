import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { backoffMs, type Clock, systemClock } from '#base/clock.ts';
import { FaultflixError } from '#base/errors.ts';
import { endProcesses } from '../processes/end.ts';
import { identify, type ProcessId } from '../processes/identity.ts';

export interface SupervisedOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Both streams are appended to it; with `onLine` only stderr is. */
  readonly logFile: string;
  /** Each line of the child's stdout. */
  readonly onLine?: (line: string) => void;
  /** Not told of one that is dead already when it is looked at. */
  readonly onStart: (id: ProcessId) => void;
  readonly onRestart: (exit: Exit) => void;
  /** It died time and again, or could not be started again: nothing more is tried. */
  readonly onGiveUp: (error: FaultflixError) => void;
  readonly clock?: Clock;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

const RESTART = { firstMs: 100, maxMs: 5_000 };
/** A run this long counts as well: the back-off begins anew. */
const STEADY_MS = 10_000;
const MAX_DEATHS = 10;
const LOG_TAIL_LINES = 12;

/** A child process that is started again when it dies, until it is stopped. */
export class Supervised {
  readonly #options: SupervisedOptions;
  readonly #clock: Clock;
  readonly #stop = new AbortController();
  #child: ChildProcess | undefined;
  #id: ProcessId | undefined;
  #deaths = 0;

  constructor(options: SupervisedOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  get pid(): number | undefined {
    return this.#id?.pid;
  }

  /** Starts it and keeps it running. Rejects when it cannot be started at all. */
  async start(): Promise<void> {
    const { command, args, env, cwd, logFile, onLine } = this.#options;
    const log = openSync(logFile, 'a', 0o600);
    const startedAtMs = this.#clock.now();
    let child: ChildProcess;
    try {
      // Its own session: a Ctrl-C in the terminal must reach the supervisor alone, which then ends things in order.
      child = spawn(command, args, {
        env,
        stdio: ['ignore', onLine ? 'pipe' : log, log],
        detached: true,
        ...(cwd ? { cwd } : {}),
      });
    } finally {
      closeSync(log);
    }
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', (cause) =>
        reject(new FaultflixError('could-not-run', `could not start ${this.#options.name}`, { where: command, cause })),
      );
    });
    this.#child = child;
    this.#id = child.pid === undefined ? undefined : identify(child.pid);
    if (this.#id) this.#options.onStart(this.#id);
    if (onLine && child.stdout) createInterface({ input: child.stdout }).on('line', onLine);
    child.once('exit', (code, signal) => {
      this.#id = undefined;
      if (!this.#stop.signal.aborted) void this.#again({ code, signal }, this.#clock.now() - startedAtMs);
    });
    if (this.#stop.signal.aborted) await this.stop({ graceMs: 0 });
  }

  async #again(exit: Exit, livedMs: number): Promise<void> {
    this.#deaths = livedMs >= STEADY_MS ? 1 : this.#deaths + 1;
    if (this.#deaths > MAX_DEATHS) return this.#options.onGiveUp(await this.failure(exit));
    try {
      await this.#clock.sleep(backoffMs(this.#deaths - 1, RESTART), this.#stop.signal);
    } catch {
      return; // stopped meanwhile
    }
    try {
      await this.start();
      this.#options.onRestart(exit);
    } catch (error) {
      if (!this.#stop.signal.aborted) this.#options.onGiveUp(error as FaultflixError);
    }
  }

  /** What to say of a child that does not live: how it ended and the end of its log. */
  async failure(exit: Exit | undefined): Promise<FaultflixError> {
    const { name, logFile } = this.#options;
    const log = await readFile(logFile, 'utf8').catch(() => '');
    const how = exit === undefined ? 'no answer' : exit.signal ? `signal ${exit.signal}` : `exit code ${exit.code}`;
    return new FaultflixError('could-not-run', `${name} does not stay up`, {
      expected: `${name} running and ready`,
      received: `${how}; the end of its log:\n${log.trimEnd().split('\n').slice(-LOG_TAIL_LINES).join('\n')}`,
      where: logFile,
    });
  }

  /** Ends it for good: SIGTERM, SIGKILL after `graceMs`. Resolves when it is gone. */
  async stop({ graceMs }: { readonly graceMs: number }): Promise<void> {
    this.#stop.abort(new Error('stopped'));
    const child = this.#child;
    if (!child || !this.#id) return;
    const exited = new Promise<void>((resolve) => {
      if (child.exitCode !== null || child.signalCode !== null) resolve();
      else child.once('exit', () => resolve());
    });
    const left = await endProcesses([this.#id], { graceMs, clock: this.#clock });
    if (left.length === 0) await exited;
  }
}
