import { spawn } from 'node:child_process';
import { FaultflixError, messageOf } from '#base/errors.ts';

export interface Call {
  readonly program: string;
  readonly args: readonly string[];
  /** What to do when there is no such program. */
  readonly install: string;
  /** What to do when it fails, by what it said. */
  readonly advise: (said: string) => string;
  /** Of a failure: `unavailable` for a question to a daemon. */
  readonly code?: 'unavailable' | 'could-not-run';
}

/** Resolves to what the program printed. */
export type Run = (call: Call) => Promise<string>;

const TAIL_BYTES = 2_000;

/** Runs a program to its end; an abort ends it with SIGTERM, and the promise rejects when it is gone. */
export async function runProgram(
  call: Call & { readonly env: NodeJS.ProcessEnv; readonly signal: AbortSignal },
): Promise<string> {
  const { program, args, env, signal } = call;
  signal.throwIfAborted();
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      said[name] = (said[name] + text).slice(-TAIL_BYTES);
    });
  }
  const stop = () => child.kill('SIGTERM');
  signal.addEventListener('abort', stop, { once: true });
  try {
    const status = await new Promise<number | NodeJS.Signals | null>((resolve, reject) => {
      child.once('error', (cause: NodeJS.ErrnoException) => reject(notStarted(call, cause)));
      child.once('close', (code, killedBy) => resolve(code ?? killedBy));
    });
    signal.throwIfAborted();
    if (status !== 0) throw failed(call, status, (said.stderr || said.stdout).trim());
    return said.stdout;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

const notStarted = ({ program, install }: Call, cause: NodeJS.ErrnoException) =>
  cause.code === 'ENOENT'
    ? new FaultflixError('could-not-run', `there is no ${program} here`, {
        expected: `${program} on PATH`,
        todo: install,
        cause,
      })
    : new FaultflixError('could-not-run', `${program} did not start`, { received: messageOf(cause), cause });

const failed = (call: Call, status: unknown, said: string) =>
  new FaultflixError(call.code ?? 'could-not-run', `${call.program} ${call.args.join(' ')} failed`, {
    received: `exit ${status}${said === '' ? '' : `: ${said}`}`,
    todo: call.advise(said),
  });
