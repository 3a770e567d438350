import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';

const root = join(import.meta.dirname, '..', '..', '..');

test("the page's types fit, with the browser's library", async () => {
  const tsc = join(root, 'node_modules', '.bin', 'tsc');
  const child = spawn(tsc, ['--noEmit', '-p', import.meta.dirname], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  const closed = new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
  const [stdout, stderr, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
  assert.equal(exitCode, 0, `${stdout}${stderr}`);
});
