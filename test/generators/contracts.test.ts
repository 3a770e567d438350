import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { it } from 'node:test';
import { generate } from './contracts.ts';

const committed = join(import.meta.dirname, '../../platform/contracts/generated');

async function contents(folder: string): Promise<Map<string, string>> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = files.filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name));
  const texts = paths.map(async (path) => [path.slice(folder.length + 1), await readFile(path, 'utf8')] as const);
  return new Map((await Promise.all(texts)).sort(([a], [b]) => (a < b ? -1 : 1)));
}

it('the types of the contracts are those that npm run generate makes', async () => {
  const parent = await mkdtemp(join(import.meta.dirname, '../../platform/contracts/.check-'));
  try {
    const fresh = join(parent, 'generated');
    await generate(fresh);
    const [old, now] = [await contents(committed), await contents(fresh)];
    const stale = [...new Set([...old.keys(), ...now.keys()])].filter((file) => old.get(file) !== now.get(file));
    assert.deepEqual(stale, [], 'run npm run generate and commit what it changes');
  } finally {
    await rm(parent, { recursive: true, force: true });
  }
});
