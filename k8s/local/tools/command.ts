import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { FaultflixError } from '#base/errors.ts';
import { endProcesses } from '../processes/end.ts';
import { identify, type ProcessId } from '../processes/identity.ts';

export interface CommandOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  readonly onStdout?: (line: string) => void;
  readonly onStderr?: (line: string) => void;
  readonly onStart?: (id: ProcessId) => void;
}

const GRACE_MS = 2_000;
const TAIL_LINES = 15;

/**
 * Runs a program in a process group of its own. Aborting ends the whole group, and the promise rejects only after that.
 * Rejects with `could-not-run` and the end of its stderr when it fails.
 */
export async function run(options: CommandOptions): Promise<void> {
  const { command, args, cwd, env, signal } = options;
  signal.throwIfAborted();
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const tail: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => options.onStdout?.(line));
  createInterface({ input: child.stderr }).on('line', (line) => {
    tail.push(line);
    if (tail.length > TAIL_LINES) tail.shift();
    options.onStderr?.(line);
  });
  const closed = new Promise<number | NodeJS.Signals | null>((resolve, reject) => {
    child.once('error', (cause) =>
      reject(new FaultflixError('could-not-run', `could not start ${command}`, { where: cwd, cause })),
    );
    child.once('close', (code, killedBy) => resolve(code ?? killedBy));
  });
  const id = child.pid === undefined ? undefined : identify(child.pid);
  if (id) options.onStart?.(id);
  let ending: Promise<unknown> | undefined;
  const stop = () => {
    if (id) ending = endProcesses([id], { graceMs: GRACE_MS });
  };
  signal.addEventListener('abort', stop, { once: true });
  try {
    const status = await closed;
    await ending;
    signal.throwIfAborted();
    if (status !== 0) {
      throw new FaultflixError('could-not-run', `${command} ${args[0] ?? ''} failed`, {
        where: cwd,
        received: `exit ${status}: ${tail.join('\n')}`,
      });
    }
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
