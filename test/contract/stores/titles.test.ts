/** The contract of the port `platform/stores/titles.ts`, run on every engine. A new engine is one line in `engines`. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { FaultflixError } from '#base/errors.ts';
import { fileTitles } from '#platform/stores/titles/file.ts';
import { memoryTitles } from '#platform/stores/titles/memory.ts';
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
