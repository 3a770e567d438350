import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { sha256 } from '#contracts/media-file.ts';
import { DiskCache } from './disk.ts';

let folder = '';
let nowMs = 0;
let trouble: string[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'faultflix-disk-'));
  trouble = [];
});
afterEach(() => rm(folder, { recursive: true }));

const disk = (maxBytes = 1_000) =>
  new DiskCache({
    folder,
    maxBytes,
    popularity: (key) => key.length,
    clock: { now: () => nowMs, sleep: async () => undefined },
    onTrouble: (what) => trouble.push(what),
  });
const file = (size: number, fill = 'x') => {
  const bytes = Buffer.alloc(size, fill);
  return { bytes, digest: sha256(bytes) };
};

describe('the disk', () => {
  it('gives back what it was given, to the next life of the process too', async () => {
    const first = disk();
    assert(await first.put('a/1.m4s', file(100)));
    assert.deepEqual((await first.get('a/1.m4s'))!.bytes, file(100).bytes);
    await writeFile(join(folder, 'a~2.m4s.partial'), 'half');
    const second = disk();
    assert.deepEqual((await second.get('a/1.m4s'))!.bytes, file(100).bytes);
    assert.deepEqual([second.bytes, second.files], [100, 1]);
    assert.equal(await second.get('a/2.m4s'), undefined);
  });

  it('never serves what was spoiled: one bit, the end cut off, nothing left, gone', async () => {
    const spoil: ReadonlyArray<(path: string) => Promise<unknown>> = [
      async (path) => {
        const all = await readFile(path);
        all[60]! ^= 1;
        await writeFile(path, all);
      },
      async (path) => writeFile(path, (await readFile(path)).subarray(0, 90)),
      (path) => writeFile(path, ''),
      (path) => rm(path),
    ];
    const cache = disk();
    for (const each of spoil) {
      assert(await cache.put('a/1.m4s', file(100)));
      await each(join(folder, 'a~1.m4s'));
      assert.equal(await cache.get('a/1.m4s'), undefined);
      assert(!cache.has('a/1.m4s'));
    }
    assert.deepEqual(trouble, ['corrupt', 'corrupt', 'corrupt', 'failed']);
    assert.equal(cache.bytes, 0);
  });

  it('keeps to its bound, and gives up the less popular for the more popular only', async () => {
    const cache = disk(250);
    await cache.put('a/1.m4s', file(100));
    await cache.put('a/22.m4s', file(100));
    assert(!(await cache.put('a/3.m4s', file(100))), 'as little asked for as the oldest');
    assert(await cache.put('a/333.m4s', file(100)));
    assert(!cache.has('a/1.m4s'));
    assert.deepEqual(await readdir(folder), ['a~22.m4s', 'a~333.m4s']);
    assert(!(await cache.put('a/4444.m4s', file(251))));
    assert.equal(cache.bytes, 200);
  });

  it('is left alone for a while when it is full (ENOSPC of the kernel), and leaves nothing half-written', async () => {
    const cache = disk();
    await symlink('/dev/full', join(folder, 'a~1.m4s.partial'));
    assert(!(await cache.put('a/1.m4s', file(100))));
    assert.deepEqual(trouble, ['full']);
    assert.deepEqual(await readdir(folder), []);
    assert(!(await cache.put('a/2.m4s', file(100))), 'it rests');
    nowMs += 10_000;
    assert(await cache.put('a/1.m4s', file(100)));
  });

  it('that cannot be written to is no reason not to start', () => {
    const cache = new DiskCache({
      ...{ folder: '/dev/null/x', maxBytes: 1, popularity: () => 1, onTrouble: (what) => trouble.push(what) },
      clock: { now: () => 0, sleep: async () => undefined },
    });
    assert.equal(cache.files, 0);
    assert.deepEqual(trouble, ['failed']);
  });
});
