/** The titles in the repository are whole and small. */
import assert from 'node:assert/strict';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { segmentsOf } from './manifests.ts';

const root = join(import.meta.dirname, 'titles');
const MAX_BYTES = 5 * 1_048_576;
const titles = (await readdir(root, { withFileTypes: true })).filter((entry) => entry.isDirectory());

describe('titles in the repository', () => {
  it('are there', () => assert(titles.some(({ name }) => name === 'big-buck-bunny')));

  it('are small', async () => {
    let bytes = 0;
    for (const entry of await readdir(root, { recursive: true, withFileTypes: true }))
      if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size;
    assert(bytes <= MAX_BYTES, `${bytes} bytes`);
  });

  for (const { name } of titles)
    it(`${name} has every file that its manifests name, and a licence`, async () => {
      const folder = join(root, name);
      const files = new Set(await readdir(folder));
      assert(files.has('LICENSE.txt'));
      const master = await readFile(join(folder, 'master.m3u8'), 'utf8');
      const playlists = [...master.matchAll(/media_\d+\.m3u8/g)].map(([playlist]) => playlist);
      assert(playlists.length >= 2);
      const named = new Set<string>(playlists);
      for (const playlist of playlists) {
        const text = await readFile(join(folder, playlist), 'utf8');
        named.add(/MAP:URI="([^"]+)"/.exec(text)![1]!);
        const segments = segmentsOf(text);
        assert(segments.length > 0, playlist);
        for (const segment of segments) named.add(segment.name);
      }
      assert.deepEqual(
        [...named].filter((file) => !files.has(file)),
        [],
      );
      const mpd = await readFile(join(folder, 'manifest.mpd'), 'utf8');
      const representations = [...mpd.matchAll(/<Representation id="(\d+)"/g)].map(([, id]) => id);
      assert.equal(representations.length, playlists.length, 'HLS and DASH are over one set');
    });
});
