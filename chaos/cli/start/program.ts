/** A program of the user's, run to its end. */
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { FaultflixError } from '#base/errors.ts';

export interface ProgramOptions {
  readonly argv: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly input?: string | undefined;
  /** Each line of stderr, where such programs tell how far they are. */
  readonly onLine?: ((line: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** What to do when it is not there, and when it fails. */
  readonly install: string;
  readonly mend: string;
}

/** Resolves with stdout. Throws `could-not-run` with the program's last words; `cancelled` when the signal aborts. */
export async function runProgram({ argv, env, input, onLine, signal, install, mend }: ProgramOptions): Promise<string> {
  const [program, ...args] = argv;
  const where = argv.join(' ');
  // A group of its own: a Ctrl-C reaches it through us alone, so that it is never cut off while it tidies up.
  const child = spawn(program, args, { env: { ...env }, stdio: ['pipe', 'pipe', 'pipe'], detached: true });
  child.stdin.on('error', () => undefined); // it may end without reading
  child.stdin.end(input);
  const stop = () => child.kill('SIGTERM');
  signal?.addEventListener('abort', stop, { once: true });
  if (signal?.aborted) stop();
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr = (stderr + chunk).slice(-4_000);
    onLine?.(chunk.trim().split('\n').at(-1)!);
  });
  try {
    const ended = new Promise<number | null>((resolve, reject) => {
      child.on('error', (cause: NodeJS.ErrnoException) => {
        const absent = cause.code === 'ENOENT';
        const message = absent ? `${program} is not on PATH` : `${program} could not be started`;
        reject(new FaultflixError('could-not-run', message, { where, todo: install, cause }));
      });
      child.on('close', resolve);
    });
    const [stdout, exitCode] = await Promise.all([text(child.stdout), ended]);
    if (signal?.aborted) throw new FaultflixError('cancelled', 'stopped before the run began', { where });
    if (exitCode === 0) return stdout;
    throw new FaultflixError('could-not-run', `${program} failed`, {
      where,
      received: `exit code ${exitCode}: ${stderr.trim().slice(-1_000) || stdout.trim().slice(-1_000)}`,
      todo: mend,
    });
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}
