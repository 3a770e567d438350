/** The command itself, as a process. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { openTitles } from '#platform/stores/titles/open.ts';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'faultflix-seed-'));
});
after(() => rm(folder, { recursive: true }));

function seed(...args: string[]) {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'seed.ts'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk) => (said.out += chunk));
  child.stderr.on('data', (chunk) => (said.err += chunk));
  return { child, said, ended: once(child, 'close') as Promise<[number | null]> };
}

describe('npm run seed', () => {
  it('writes as many titles as asked for, twice the same, in both formats', async () => {
    const files = ['a.pack', 'b.pack', 'c.pack.zst'].map((name) => join(folder, name));
    for (const file of files) {
      const { said, ended } = seed('--titles', '300', '--seed', 'x', '--out', file);
      assert.deepEqual([(await ended)[0], said.err], [0, '']);
      assert.match(said.out, /300 titles/);
      const store = await openTitles(file);
      assert.equal(store.size, 300);
      assert.equal((await store.list({ limit: 1 })).titles[0]!.id, 'the-salt-road');
      await store.close();
    }
    assert((await readFile(files[0]!)).equals(await readFile(files[1]!)));
    for (const file of files) await rm(file);
  });

  it('leaves nothing behind when it is stopped', async () => {
    const { child, said, ended } = seed('--titles', '1000000', '--out', join(folder, 'million.pack'));
    await once(child.stderr, 'data'); // it has begun
    child.kill('SIGINT');
    assert.equal((await ended)[0], 4, said.err);
    assert.match(said.err, /stopped/);
    assert.deepEqual(await readdir(folder), []);
  });

  it('says what is wrong', async () => {
    const cases: ReadonlyArray<[string[], RegExp]> = [
      [['--titles', 'many'], /--titles/],
      [['--titles', '0'], /--titles/],
      [['--out', join(folder, 'x.json')], /\.pack/],
      [['--titles', '200000', '--out', join(folder, 'x.pack.zst')], /--out/],
      [['--fast'], /--fast/],
    ];
    for (const [args, message] of cases) {
      const { said, ended } = seed(...args);
      assert.equal((await ended)[0], 2);
      assert.match(said.err, message);
      assert.match(said.err, /--help/);
    }
    const { said, ended } = seed('--out', join(folder, 'no/such/folder/x.pack'));
    assert.equal((await ended)[0], 3);
    assert.match(said.err, /cannot be written.*no\/such\/folder/);
    assert.equal((await seed('--help').ended)[0], 0);
    assert.deepEqual(await readdir(folder), []);
  });
});
