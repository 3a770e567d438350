import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { cappedManifest } from './renditions.ts';

const folder = join(import.meta.dirname, '../../media/titles/big-buck-bunny');
const heightsIn = (text: string) =>
  [...text.matchAll(/RESOLUTION=\d+x(\d+)|<Representation[^>]* height="(\d+)"/g)].map(([, hls, dash]) =>
    Number(hls ?? dash),
  );

describe('a plan’s manifests', () => {
  for (const name of ['master.m3u8', 'manifest.mpd'])
    it(`${name} ends at its height, and keeps the sound`, async () => {
      const text = await readFile(join(folder, name), 'utf8');
      assert.deepEqual(heightsIn(text), [240, 360, 480, 720, 1080]);
      const capped = (height: number) => cappedManifest(name, text, height);
      assert.deepEqual(heightsIn(capped(720)), [240, 360, 480, 720]);
      assert.deepEqual(heightsIn(capped(500)), [240, 360, 480]);
      assert.deepEqual(heightsIn(capped(100)), [240], 'never nothing');
      assert.equal(capped(1080), text);
      assert.match(capped(240), /TYPE=AUDIO|contentType="audio"/);
      assert.equal(capped(720).includes('media_4.m3u8'), false);
      assert.equal(
        (capped(720).match(/<Representation/g) ?? []).length,
        (capped(720).match(/<\/Representation/g) ?? []).length,
      );
    });

  it('others are left alone', () =>
    assert.equal(cappedManifest('media_4.m3u8', 'RESOLUTION=1x1080', 1), 'RESOLUTION=1x1080'));
});
