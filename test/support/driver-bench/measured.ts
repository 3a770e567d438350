import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

export interface Measured {
  readonly cpuSeconds: number;
  readonly maxRssKb: number;
  readonly seconds: number;
  readonly stdout: string;
}

/** Runs a Node program to its end and tells what it cost. Throws with its stderr when it failed. */
export async function measured(
  folder: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Measured> {
  const file = join(folder, 'cpu.json');
  const preload = new URL('./cpu.ts', import.meta.url).href;
  const startedMs = performance.now();
  const child = spawn(process.execPath, ['--import', preload, ...args], {
    env: { PATH: process.env.PATH ?? '', ...env, CPU_FILE: file },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${stderr.slice(-2_000)}`);
  const cost = JSON.parse(await readFile(file, 'utf8')) as Pick<Measured, 'cpuSeconds' | 'maxRssKb'>;
  return { ...cost, seconds: (performance.now() - startedMs) / 1_000, stdout };
}
