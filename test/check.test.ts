import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { it } from 'node:test';

const root = join(import.meta.dirname, '..');

async function run(program: string, ...args: string[]): Promise<{ exitCode: number | null; said: string }> {
  const child = spawn(join(root, 'node_modules', '.bin', program), args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const closed = new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
  const [stdout, stderr, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
  return { exitCode, said: `${stdout}${stderr}` };
}

it('the code passes the linter and is formatted', async () => {
  const { exitCode, said } = await run('biome', 'check', '.');
  assert.equal(exitCode, 0, said.slice(-5_000));
});

it('the types fit', async () => {
  const { exitCode, said } = await run('tsc', '--noEmit');
  assert.equal(exitCode, 0, said.slice(-5_000));
});
