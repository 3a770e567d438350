import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { FaultflixError } from '#base/errors.ts';

const BOUND_MS = 60_000;

/** Runs a program to its end; its stdout. Rejects with `could-not-run` and what it said. */
export async function command(program: string, ...args: readonly string[]): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(program, [...args], { timeout: BOUND_MS, maxBuffer: 16 * 2 ** 20 });
    return stdout;
  } catch (cause) {
    const said = (cause as { stderr?: string }).stderr?.trim();
    throw new FaultflixError('could-not-run', `${program} failed`, {
      where: [program, ...args].join(' '),
      ...(said ? { received: said } : {}),
      cause,
    });
  }
}
