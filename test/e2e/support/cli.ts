/** The `faultflix` command as its user runs it: a process, in a folder of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export const root = join(import.meta.dirname, '..', '..', '..');
export const scenario = (name: string): string => join(root, 'test', 'e2e', 'scenarios', `${name}.yaml`);

export interface CliEvent {
  readonly type: string;
  readonly [field: string]: unknown;
}

export interface Ended {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly events: readonly CliEvent[];
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** The first event that fits, past or to come. Rejects when the process ends without one. */
  event(fits: (event: CliEvent) => boolean): Promise<CliEvent>;
}

/** Longer than any run of these tests: a command that hangs must fail, not stop the tests. */
const LIMIT_MS = 6 * 60_000;

/** Runs a command with `--json`: events on stdout, what people read on stderr. */
export function start(argv: readonly string[], cwd: string): Running {
  const child = spawn(process.execPath, [join(root, 'chaos/cli/main.ts'), ...argv, '--json'], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: LIMIT_MS,
    killSignal: 'SIGTERM',
  });
  const events: CliEvent[] = [];
  let waiting: { fits: (event: CliEvent) => boolean; resolve: (event: CliEvent) => void }[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    const event = JSON.parse(line) as CliEvent;
    events.push(event);
    for (const { fits, resolve } of waiting) if (fits(event)) resolve(event);
    waiting = waiting.filter(({ fits }) => !fits(event));
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = once(child, 'close').then(([exitCode, signal]) => ({ exitCode, signal, events, stderr }) as Ended);
  return {
    child,
    ended,
    event: (fits) => {
      const past = events.find(fits);
      if (past) return Promise.resolve(past);
      const { promise, resolve, reject } = Promise.withResolvers<CliEvent>();
      waiting.push({ fits, resolve });
      void ended.then(() => reject(new Error(`the command ended without the event:\n${stderr}`)));
      return promise;
    },
  };
}

export const run = (argv: readonly string[], cwd: string): Promise<Ended> => start(argv, cwd).ended;

export interface Folder extends AsyncDisposable {
  readonly path: string;
}

export async function folder(): Promise<Folder> {
  const path = await mkdtemp(join(tmpdir(), 'faultflix-e2e-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
