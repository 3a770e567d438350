import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Logger } from 'pino';
import { FaultflixError } from '#base/errors.ts';

/** The program, beside Node in the image. */
export const etcdProgram = (env: Readonly<Record<string, string | undefined>>): string => env.FAULTFLIX_ETCD ?? 'etcd';

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The others have removed this member: what it has on its disk is of no use any more. */
  readonly removed: boolean;
}

/** etcd as a child: it writes a line of JSON for what is worth a warning. */
export class EtcdProcess {
  readonly #child: ChildProcess;
  /** Resolves when it has ended, however that came. */
  readonly ended: Promise<Ended>;

  constructor(program: string, args: readonly string[], log: Logger) {
    // Two threads of Go are enough, and its heap gives back what it does not need.
    const env = { PATH: process.env.PATH, GOMAXPROCS: '2', GOMEMLIMIT: '128MiB', ...marks(process.env) };
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'], env });
    this.#child = child;
    let removed = false;
    createInterface({ input: child.stderr! }).on('line', (line) => {
      if (/permanently removed|the member has been removed/i.test(line)) removed = true;
      log.warn({ etcd: line.slice(0, 2_000) }, 'etcd says');
    });
    this.ended = Promise.race([
      once(child, 'close').then(([code, signal]) => ({ code, signal, removed })),
      once(child, 'error').then(([cause]) => {
        throw new FaultflixError('could-not-run', 'etcd cannot be started', { where: program, cause });
      }),
    ]);
    this.ended.catch(() => undefined);
  }

  /** Hands leadership on, closes its files and ends; killed when that takes too long. */
  async end(graceMs: number): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), graceMs);
    await this.ended.catch(() => undefined);
    clearTimeout(timer);
  }
}

/** By which a kubelet without namespaces knows whose process it is. */
function marks(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { FAULTFLIX_CONTAINER_ID: id } = env;
  return id === undefined ? {} : { FAULTFLIX_CONTAINER_ID: id };
}
