import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { FaultflixError } from '#base/errors.ts';

/** `v1.4.2` of `k6 v1.4.2 (…)`. */
export async function k6Version(k6: string): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(k6, ['version'], { timeout: 10_000 });
    return /v\d\S*/.exec(stdout)?.[0] ?? stdout.trim().slice(0, 40);
  } catch (cause) {
    const todo = 'name another in $K6, or use --driver embedded';
    throw new FaultflixError('could-not-run', 'k6 does not say its version', { where: k6, todo, cause });
  }
}

export interface K6Process {
  readonly k6: string;
  readonly scriptPath: string;
  readonly env: Readonly<Record<string, string>>;
  /** Aborts: k6 is asked to stop (SIGINT), and killed when it has not ended `STOP_MS` later. */
  readonly signal: AbortSignal;
  readonly onLine: (line: string) => void;
}

const STOP_MS = 10_000;

/** Runs k6 with its samples as JSON lines on stdout. Resolves to its exit code, or the signal that ended it. */
export async function runK6Process({
  k6,
  scriptPath,
  env,
  signal,
  onLine,
}: K6Process): Promise<number | NodeJS.Signals> {
  const child = spawn(k6, ['run', '--quiet', '--out', 'json=-', scriptPath], {
    env: { ...env, K6_NO_USAGE_REPORT: 'true' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const kill: { timer?: NodeJS.Timeout } = {};
  const stop = () => {
    child.kill('SIGINT');
    kill.timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  };
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  const ended = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  const lines = createInterface({ input: child.stdout, crlfDelay: Number.POSITIVE_INFINITY });
  lines.on('line', onLine);
  try {
    const [[code, killedBy]] = await Promise.all([ended, once(lines, 'close')]);
    return code ?? killedBy ?? 'SIGKILL';
  } catch (cause) {
    throw new FaultflixError('could-not-run', 'k6 could not be started', { where: k6, cause });
  } finally {
    clearTimeout(kill.timer);
    signal.removeEventListener('abort', stop);
  }
}
