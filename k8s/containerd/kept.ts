import { join } from 'node:path';
import type { FaultflixError } from '#base/errors.ts';
import { type Exit, Supervised } from '../local/supervisor/supervised.ts';
import type { Inner } from './lines.ts';
import { ownPidNamespace } from './namespaces.ts';

export interface KeptOptions {
  readonly logs: string;
  readonly env: NodeJS.ProcessEnv;
  readonly onProcess: (inner: Inner) => void;
  readonly onRestart: (inner: Inner, because: string) => void;
  readonly onGiveUp: (error: FaultflixError) => void;
  /** What a process is called to the outside: `kubelet` is `kubelet/us-east-1a-1`. */
  readonly nameOf?: (name: string) => string;
}

export interface Program {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

/** The processes that an init keeps running, each with its log, and tells the outside about. */
export class Kept {
  readonly #options: KeptOptions;
  readonly #all = new Map<string, Supervised>();

  constructor(options: KeptOptions) {
    this.#options = options;
  }

  /** Not started yet. */
  add({ name, command, args, env = {} }: Program): Supervised {
    const { logs, env: shared, nameOf = (plain: string) => plain } = this.#options;
    const what = nameOf(name);
    const inner = (pid: number): Inner => ({ what, pid, namespace: ownPidNamespace() });
    const supervised = new Supervised({
      name: what,
      command,
      args,
      env: { ...shared, ...env },
      logFile: join(logs, `${what.replaceAll('/', '-')}.log`),
      onStart: ({ pid }) => this.#options.onProcess(inner(pid)),
      onRestart: (exit) => this.#options.onRestart(inner(supervised.pid ?? 0), because(exit)),
      onGiveUp: this.#options.onGiveUp,
    });
    this.#all.set(name, supervised);
    return supervised;
  }

  /** Ends those that run, together. */
  async stop(names: readonly string[], graceMs: number): Promise<void> {
    await Promise.all(names.map((name) => this.#all.get(name)?.stop({ graceMs })));
  }
}

const because = ({ code, signal }: Exit): string => (signal ? `signal ${signal}` : `exit code ${code}`);
