import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { zstdDecompressSync } from 'node:zlib';
import { FaultflixError } from '#base/errors.ts';
import { readTitles } from '#platform/stores/titles/file.ts';
import { fold } from '#platform/stores/titles/search/fold.ts';
import type { StoredTitle } from '#platform/stores/titles.ts';
import { inventTitles } from './catalogue.ts';
import { defaults, mediaFolders, writeCatalogue } from './write.ts';

/** Of the default seed and number, with two folders of media. */
const GOLDEN = 'e9b03e6613dcc90299999b85991e9a8baad9b935bbab21ca695be4d06f572a65';
const authored = await readTitles(join(import.meta.dirname, '../titles.json'));
const invent = (seed: string, titles: number) => [
  ...inventTitles({ seed, titles, authored, media: ['big-buck-bunny', 'other'] }),
];
const sha256 = (value: unknown) => createHash('sha256').update(JSON.stringify(value)).digest('hex');
const all = invent(defaults.seed, defaults.titles);
const made = all.slice(authored.length);

/** How many have what the most have. */
function commonest(texts: readonly string[]): { readonly text: string; readonly share: number } {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  const [text, count] = [...counts].sort((a, b) => b[1] - a[1])[0]!;
  return { text, share: count / texts.length };
}
const opening = (text: string, words: number) => text.split(' ').slice(0, words).join(' ');

describe('the invented catalogue', () => {
  it('is the same from the same seed, to the last byte, and another from another', () => {
    assert.equal(
      sha256(all),
      GOLDEN,
      'if this change is meant: npm run seed, and commit titles.pack.zst with the new hash',
    );
    assert.notEqual(sha256(invent('another', 200)), sha256(all.slice(0, 200)));
  });

  it('begins with the authored titles, in their order', () => {
    const names = (titles: readonly StoredTitle[]) => titles.map(({ id, name, synopsis }) => ({ id, name, synopsis }));
    assert.deepEqual(names(all.slice(0, authored.length)), names(authored));
    assert.deepEqual(invent('a', 10).length, 10);
  });

  it('has as many titles as asked for, of successive ranks, no two with one name or id', () => {
    assert.deepEqual(
      all.map(({ rank }) => rank),
      Array.from({ length: defaults.titles }, (_, i) => i + 1),
    );
    assert.equal(new Set(all.map(({ id }) => id)).size, all.length);
    assert.equal(new Set(all.map(({ name }) => fold(name).replace(/^(the|an?) /, ''))).size, all.length);
  });

  it('is varied: openings of names and synopses, people, sentences', () => {
    const bounds: ReadonlyArray<[string, readonly string[], number]> = [
      ['names begin', made.map(({ name }) => opening(name.replace(/^(The|An?) /, ''), 1)), 0.03],
      ['names begin with two words', made.map(({ name }) => opening(name, 2)), 0.03],
      ['synopses begin', made.map(({ synopsis }) => opening(synopsis, 2)), 0.06],
      ['synopses begin with four words', made.map(({ synopsis }) => opening(synopsis, 4)), 0.02],
      ['synopses', made.map(({ synopsis }) => synopsis), 0.0005],
      ['directors', made.map(({ people }) => people[0]!.name), 0.02],
    ];
    for (const [what, texts, most] of bounds) {
      const { text, share } = commonest(texts);
      assert(share <= most, `${what}: ${(100 * share).toFixed(2)} % are "${text}", at most ${100 * most} %`);
    }
    assert(commonest(['a b', 'a c', 'd']).share > 0.03, 'the measure sees repetition');
  });

  it('has whole titles: people, years, minutes, seasons of series alone, licences, ages', () => {
    for (const title of all) {
      assert.match(title.id, /^[a-z0-9]+(-[a-z0-9]+)*$/);
      assert(title.name.length <= 60 && title.synopsis.length >= 40 && title.synopsis.length <= 260, title.id);
      assert.match(title.synopsis, /^[A-Z].*[.?]$/, title.id);
      assert.doesNotMatch(
        `${title.name} ${title.synopsis}`,
        /undefined|null|\s\s|\b(a [aeio]|an [^aeiouhA-Z])/,
        title.id,
      );
      assert(title.year >= 1962 && title.year <= 2026 && title.minutes >= 20 && title.minutes <= 150, title.id);
      assert.equal(title.people.filter(({ role }) => role === 'director').length, 1, title.id);
      assert.equal(new Set(title.people.map(({ name }) => name)).size, title.people.length, title.id);
      assert.equal(title.kind === 'series', (title.seasons?.length ?? 0) > 0, title.id);
      for (const { number, episodes } of title.seasons ?? []) {
        assert(episodes.length >= 3);
        for (const [i, { id }] of episodes.entries()) assert.equal(id, `${title.id}.s${number}e${i + 1}`);
      }
    }
    const share = (fits: (title: StoredTitle) => boolean) => made.filter(fits).length / made.length;
    assert(
      share(({ countries }) => countries === undefined) > 0.6 &&
        share(({ countries }) => countries !== undefined) > 0.2,
    );
    assert(share(({ age }) => age === undefined) > 0.15 && share(({ age = 0 }) => age >= 16) > 0.15);
    assert(share(({ kind }) => kind === 'series') > 0.2 && share(({ kind }) => kind === 'film') > 0.5);
    assert(share(({ media }) => media === 'other') > 0.4, 'media are spread');
  });
});

describe('the committed catalogue', () => {
  let folder: string | undefined;
  after(() => folder && rm(folder, { recursive: true }));

  it('is what npm run seed makes, whole, and nothing is left when it is stopped', async () => {
    folder = await mkdtemp(join(tmpdir(), 'faultflix-seed-'));
    const path = join(folder, 'a.pack');
    await writeCatalogue({ ...defaults, path });
    const committed = zstdDecompressSync(await readFile(defaults.path));
    assert(committed.equals(await readFile(path)), 'run npm run seed and commit what it changes');
    await rm(path);
    const stopped = writeCatalogue({ ...defaults, path, signal: AbortSignal.abort() });
    await assert.rejects(stopped, (error: unknown) => error instanceof FaultflixError && error.code === 'aborted');
    assert.deepEqual(await readdir(folder), []);
  });

  it('has media that are there', () => {
    for (const name of mediaFolders())
      assert(existsSync(join(import.meta.dirname, '../../../media/titles', name, 'master.m3u8')), name);
  });
});
