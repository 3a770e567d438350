/** The contract of the port `platform/stores/titles.ts`, run on every engine. A new engine is one line in `engines`. */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { FaultflixError } from '#base/errors.ts';
import { fileTitles } from '#platform/stores/titles/file.ts';
import { memoryTitles } from '#platform/stores/titles/memory.ts';
import { packFileTitles, writePack } from '#platform/stores/titles/pack-file.ts';
import type { StoredTitle, TitleStore } from '#platform/stores/titles.ts';

type Open = (titles: readonly StoredTitle[], context: TestContext) => Promise<TitleStore>;

async function fileWith(content: string, context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'faultflix-titles-'));
  context.after(() => rm(folder, { recursive: true }));
  const path = join(folder, 'titles.json');
  await writeFile(path, content);
  return path;
}

const engines: Readonly<Record<string, Open>> = {
  memory: async (titles) => memoryTitles(titles),
  file: async (titles, context) => fileTitles(await fileWith(JSON.stringify({ titles }), context)),
  'a pack file': async (titles, context) => {
    const path = await fileWith('', context);
    const writer = writePack(path);
    try {
      for (const one of titles.toSorted((a, b) => a.rank - b.rank)) writer.add(one);
      writer.finish();
    } catch (error) {
      writer.abandon();
      throw error;
    }
    const store = await packFileTitles(path);
    context.after(() => store.close());
    return store;
  },
};

const title = (rank: number, genres: readonly string[] = ['drama']): StoredTitle => ({
  id: `title-${rank}`,
  name: `Title ${rank}`,
  year: 2024,
  kind: 'film',
  genres,
  people: [{ name: 'A. Person', role: 'director' }],
  synopsis: 'Something happens.',
  minutes: 90,
  rank,
  media: 'media',
});

const ids = (titles: readonly StoredTitle[]) => titles.map(({ id }) => id);

for (const [engine, open] of Object.entries(engines)) {
  describe(`titles in ${engine}`, () => {
    it('lists by rank, whatever order they came in', async (t) => {
      const store = await open([title(3), title(1), title(2)], t);
      assert.deepEqual(ids((await store.list({ limit: 10 })).titles), ['title-1', 'title-2', 'title-3']);
    });

    it('pages without losing or repeating a title, and says when there is no more', async (t) => {
      const store = await open(
        [5, 40, 9, 2, 11].map((rank) => title(rank)),
        t,
      );
      const seen: string[] = [];
      let afterRank: number | undefined;
      for (let page = 0; page < 10; page++) {
        const answer = await store.list({ limit: 2, ...(afterRank === undefined ? {} : { afterRank }) });
        seen.push(...ids(answer.titles));
        afterRank = answer.nextAfterRank;
        if (afterRank === undefined) break;
      }
      assert.deepEqual(seen, ['title-2', 'title-5', 'title-9', 'title-11', 'title-40']);
      assert.equal(afterRank, undefined);
    });

    it('has no next page when the last one is full', async (t) => {
      const store = await open([title(1), title(2)], t);
      assert.equal((await store.list({ limit: 2 })).nextAfterRank, undefined);
    });

    it('filters by genre, and knows no other', async (t) => {
      const store = await open([title(1, ['drama']), title(2, ['horror', 'drama']), title(3, ['horror'])], t);
      assert.deepEqual(ids((await store.list({ genre: 'horror', limit: 10 })).titles), ['title-2', 'title-3']);
      assert.deepEqual(await store.list({ genre: 'opera', limit: 10 }), { titles: [] });
    });

    it('gets a title whole by its id, and undefined for none', async (t) => {
      const store = await open([title(1), title(2)], t);
      assert.deepEqual(await store.get('title-2'), title(2));
      assert.equal(await store.get('title-9'), undefined);
      assert.equal(await store.get('__proto__'), undefined);
    });

    it('gets an id’s title whole with its seasons, which lists leave out', async (t) => {
      const episode = {
        id: 'title-1.s1e1',
        number: 1,
        name: 'One',
        minutes: 40,
        synopsis: 'It begins.',
        media: 'media',
      };
      const series: StoredTitle = {
        ...title(1),
        kind: 'series',
        seasons: [{ number: 1, episodes: [episode] }],
        age: 12,
      };
      const store = await open([series, title(2)], t);
      const { seasons: _, ...listed } = series;
      assert.deepEqual(await store.get('title-1'), series);
      assert.deepEqual((await store.list({ limit: 1 })).titles, [listed]);
      assert.deepEqual(await store.getMany({ ids: ['title-1'] }), [listed]);
    });

    it('gets several in the order asked for, without those that nobody has', async (t) => {
      const store = await open([title(1), title(2), title(3)], t);
      const found = await store.getMany({ ids: ['title-3', 'nope', 'title-1', 'title-3', 'constructor'] });
      assert.deepEqual(ids(found), ['title-3', 'title-1', 'title-3']);
      assert.deepEqual(await store.getMany({ ids: [] }), []);
    });

    it('shows in a country what has a licence there, everywhere', async (t) => {
      const only = (rank: number, countries: string[]) => ({ ...title(rank), countries });
      const store = await open([only(1, ['FR', 'DE']), title(2), only(3, ['US']), only(4, ['DE'])], t);
      assert.deepEqual(ids((await store.list({ country: 'DE', limit: 10 })).titles), ['title-1', 'title-2', 'title-4']);
      assert.deepEqual(ids((await store.list({ country: 'ZZ', limit: 10 })).titles), ['title-2']);
      assert.deepEqual(ids(await store.getMany({ ids: ['title-3', 'title-2'], country: 'DE' })), ['title-2']);
      assert.deepEqual(ids(await store.search({ query: 'title', country: 'US', limit: 10 })), ['title-2', 'title-3']);
      assert.deepEqual(await store.genres({ country: 'US' }), [{ name: 'drama', titles: 2 }]);
      const first = await store.list({ country: 'DE', limit: 2 });
      assert.deepEqual(ids((await store.list({ country: 'DE', limit: 2, afterRank: first.nextAfterRank! })).titles), [
        'title-4',
      ]);
    });

    it('counts genres, the fullest first', async (t) => {
      const store = await open([title(1, ['drama']), title(2, ['horror', 'drama']), title(3, ['crime'])], t);
      assert.deepEqual(await store.genres({}), [
        { name: 'drama', titles: 2 },
        { name: 'crime', titles: 1 },
        { name: 'horror', titles: 1 },
      ]);
    });

    it('finds by name, people and genre, with typing errors and without accents', async (t) => {
      const named = (rank: number, name: string, more: Partial<StoredTitle> = {}) => ({
        ...title(rank),
        name,
        ...more,
      });
      const store = await open(
        [
          named(1, 'The Salt Road'),
          named(2, 'Ångström’s Café', { people: [{ name: 'Ilse Varga', role: 'cast' }] }),
          named(3, 'Salt', { genres: ['science fiction'] }),
          named(4, 'Моя дорога'),
          named(5, 'The The'),
        ],
        t,
      );
      const first = async (query: string) => (await store.search({ query, limit: 5 }))[0]?.id;
      const expected = {
        'the salt road': 'title-1',
        'slat raod': 'title-1',
        saltroad: 'title-1',
        'sa lt road': 'title-1',
        'salt ro': 'title-1',
        salt: 'title-3',
        'angstroms cafe': 'title-2',
        ANGSTROM: 'title-2',
        'ilse vagra': 'title-2',
        'science fiction': 'title-3',
        дорога: 'title-4',
        'the the': 'title-5',
      };
      for (const [query, id] of Object.entries(expected)) assert.equal(await first(query), id, query);
      for (const query of ['', ' ', '!?', 'zzzzzz', '__proto__'])
        assert.deepEqual(await store.search({ query, limit: 5 }), [], query);
    });

    it('refuses two titles of one id or one rank', async (t) => {
      const refused = (error: unknown) => error instanceof FaultflixError && error.code === 'bad-input';
      await assert.rejects(open([title(1), { ...title(2), id: 'title-1' }], t), refused);
      await assert.rejects(open([title(1), { ...title(2), rank: 1 }], t), refused);
    });

    it('may be empty', async (t) => {
      const store = await open([], t);
      assert.deepEqual(await store.list({ limit: 1 }), { titles: [] });
    });
  });
}

describe('the file engine', () => {
  const cases: ReadonlyArray<[string, string, RegExp]> = [
    ['not JSON', '{', /cannot be read/],
    ['an unknown field', JSON.stringify({ titles: [{ ...title(1), stars: 5 }] }), /not a file of titles/],
    ['a year that is a text', JSON.stringify({ titles: [{ ...title(1), year: '2024' }] }), /not a file of titles/],
    [
      'a media id that leaves its folder',
      JSON.stringify({ titles: [{ ...title(1), media: '../x' }] }),
      /not a file of/,
    ],
  ];
  for (const [what, content, message] of cases)
    it(`refuses ${what} with the file's path`, async (t) => {
      const path = await fileWith(content, t);
      await assert.rejects(fileTitles(path), (error: unknown) => {
        assert(error instanceof FaultflixError);
        assert.match(error.message, message);
        assert(error.where?.startsWith(path));
        return true;
      });
    });
});

describe('a pack file', () => {
  it('that was cut off, anywhere, is refused with its path', async (t) => {
    const path = await fileWith('', t);
    const writer = writePack(path);
    writer.add(title(1));
    const bytes = writer.finish();
    for (const length of [0, 10, bytes - 17, bytes - 1]) {
      await truncate(path, length);
      await assert.rejects(packFileTitles(path), (error: unknown) => {
        assert(error instanceof FaultflixError);
        return error.code === 'bad-input' && error.where === path;
      });
      await writeFile(path, '');
      const again = writePack(path);
      again.add(title(1));
      again.finish();
    }
  });

  it('that was abandoned leaves what was there before, and nothing else', async (t) => {
    const path = await fileWith('before', t);
    const writer = writePack(path);
    writer.add(title(1));
    writer.abandon();
    assert.deepEqual(await readdir(dirname(path)), ['titles.json']);
    assert.equal(await readFile(path, 'utf8'), 'before');
  });
});
