import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { FaultflixError } from '#base/errors.ts';
import type { EnsureNamed } from '../tools/ensure.ts';
import { progressLine } from '../tools/progress-line.ts';
import type { ClusterPlace } from './state-dir.ts';

export interface KubectlOptions {
  readonly place: ClusterPlace;
  readonly args: readonly string[];
  readonly ensure: EnsureNamed;
}

/**
 * Runs kubectl, made first if need be, and resolves to its exit code. It talks to the local cluster when that is up,
 * else to whatever the user's own KUBECONFIG says. stdout is kubectl's alone; progress goes to stderr.
 */
export async function kubectl({ place, args, ensure }: KubectlOptions): Promise<number> {
  const stopped = new AbortController();
  const stop = () => stopped.abort(new FaultflixError('cancelled', 'interrupted'));
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const name of signals) process.on(name, stop);
  const line = progressLine(process.stderr);
  const paths = await ensure({ tools: ['kubectl'], signal: stopped.signal, onProgress: line.show }).finally(line.end);
  for (const name of signals) process.off(name, stop);

  const own = join(place.stateDir, 'kubeconfig');
  const env = existsSync(own) ? { ...process.env, KUBECONFIG: own } : process.env;
  const child = spawn(paths.get('kubectl')!, [...args], { stdio: 'inherit', env });
  // Ctrl-C reaches kubectl through the terminal; what is sent to this process alone is passed on.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  process.on('SIGHUP', () => child.kill('SIGHUP'));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal!]));
  });
}
