import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { pino } from 'pino';
import { FaultflixError } from '#base/errors.ts';
import type { Title__Output } from '#contracts/generated/faultflix/catalog/v1/Title.ts';
import { type FallbackOptions, withFallback } from '#kit/resilience/fallback.ts';
import { SwitchableGuards } from '#kit/resilience/guards.ts';
import { browseShelf, type Home } from './browse.ts';
import { filledRows, rowsOf } from './rows.ts';

const title = (rank: number, genres: string[]): Title__Output => ({
  ...{ id: `t${rank}`, name: `T${rank}`, year: 2024, kind: 'film', people: [], synopsis: '', minutes: 90 },
  ...{ rank, genres, media: 'm', seasons: [], countries: [], age: 0 },
});
const titles = Array.from({ length: 14 }, (_, i) => title(i + 1, i % 2 === 0 ? ['drama'] : ['comedy', 'drama']));

describe('rows', () => {
  it('are the popular titles, then the genres with the most titles, ten at most in each', () => {
    const rows = rowsOf(titles);
    assert.deepEqual(
      rows.map(({ reason }) => reason),
      ['popular', 'genre:drama', 'genre:comedy'],
    );
    assert.deepEqual(
      rows.map((row) => row.titles.length),
      [10, 10, 7],
    );
    assert.equal(rows[0]!.titles[0]!.id, 't1');
    assert(!('media' in rows[0]!.titles[0]!), 'where the media lies is not for viewers');
  });

  it('are one empty row when there is nothing', () =>
    assert.deepEqual(rowsOf([]), [{ reason: 'popular', titles: [] }]));
});

describe('rows of recommendations', () => {
  it('are filled in, say why, and leave out what may not be shown and rows without a title', () => {
    const row = (kind: string, about: string, titleIds: string[]) => ({ kind, about, titleIds });
    const rows = filledRows(
      [
        row('because', 't1', ['t2', 'gone', 't3']),
        row('for-you', '', ['t3']),
        row('genre', 'drama', ['gone']),
        row('because', 'gone', ['t2']),
      ],
      titles,
    );
    assert.deepEqual(
      rows.map(({ reason, about, titles: of }) => [reason, about, of.map(({ id }) => id)]),
      [
        ['because:t1', 'T1', ['t2', 't3']],
        ['for-you', undefined, ['t3']],
      ],
    );
  });
});

describe('the shelf', () => {
  const out = new FaultflixError('unavailable', 'the catalogue is out');
  const guards = new SwitchableGuards();
  const audience = { country: '' };
  const nobody = { recommendations: { home: () => Promise.reject(out) }, recommends: () => false };
  const getTitles = async () => ({ titles });
  const context = {
    withFallback: <T>(options: FallbackOptions<T>) => withFallback({ ...options, guards }),
    log: pino({ enabled: false }),
  };

  it('shows the popular titles that were last known while the catalogue is out', async () => {
    let failing = false;
    const catalog = {
      listTitles: async () => (failing ? Promise.reject(out) : { titles, nextPageToken: '' }),
      getTitles,
    };
    const shelf = browseShelf({ catalog, ...nobody, context });
    assert.equal((await shelf.rows(audience)).degraded, false);
    failing = true;
    const { rows, degraded } = await shelf.rows(audience);
    assert.equal(degraded, true);
    assert.deepEqual(
      rows.map(({ reason }) => reason),
      ['popular'],
    );
    assert.equal(rows[0]!.titles.length, 10);
    failing = false;
    assert.equal((await shelf.rows(audience)).degraded, false);
  });

  describe('with recommendations', () => {
    const catalog = {
      listTitles: async () => ({ titles, nextPageToken: '' }),
      getTitles: async ({ ids = [] }: { ids?: string[] }) => ({ titles: titles.filter(({ id }) => ids.includes(id)) }),
    };
    const rows = [{ kind: 'because', about: 't1', titleIds: ['t2', 't3'] }];
    const asked: unknown[] = [];
    const home = async (request: unknown) => {
      asked.push(request);
      return { rows, degraded: false };
    };
    const reasons = ({ rows: shown, degraded }: Home) => [shown.map(({ reason }) => reason), degraded];
    const ofCatalogue = ['popular', 'genre:drama', 'genre:comedy'];

    it('shows them, for the profile, and what the catalogue has when they know nothing', async () => {
      const shelf = browseShelf({ catalog, recommendations: { home }, recommends: () => true, context });
      assert.deepEqual(reasons(await shelf.rows({ country: 'US', profile: 'p1' })), [['because:t1'], false]);
      assert.deepEqual(asked.at(-1), { profile: 'p1', rows: 8, rowLength: 20 });
      const empty = { home: async () => ({ rows: [], degraded: false }) };
      const bare = browseShelf({ catalog, recommendations: empty, recommends: () => true, context });
      assert.deepEqual(reasons(await bare.rows(audience)), [ofCatalogue, false]);
    });

    it('shows rows of the catalogue while they are out: a loss to a profile, none to who has no profile', async () => {
      const shelf = browseShelf({ catalog, ...nobody, context });
      assert.deepEqual(reasons(await shelf.rows({ country: '', profile: 'p1' })), [ofCatalogue, true]);
      assert.deepEqual(reasons(await shelf.rows(audience)), [ofCatalogue, false]);
      const unwell = browseShelf({ catalog, ...nobody, recommends: () => true, context });
      assert.deepEqual(reasons(await unwell.rows(audience)), [ofCatalogue, true]);
    });

    it('shows the popular titles last known while the catalogue is out too, by licence and age', async () => {
      let failing = false;
      const licensed = [
        { ...title(1, []), countries: ['US'] },
        { ...title(2, []), age: 16 },
        { ...title(3, []), age: 6, countries: ['DE', 'US'] },
      ];
      const down = {
        listTitles: async () => (failing ? Promise.reject(out) : { titles: licensed, nextPageToken: '' }),
        getTitles: () => Promise.reject(out),
      };
      const shelf = browseShelf({ catalog: down, recommendations: { home }, recommends: () => true, context });
      await shelf.rows(audience);
      failing = true;
      const home_ = await shelf.rows({ country: 'DE', profile: 'kid', maxAge: 12 });
      assert.deepEqual([home_.rows[0]!.titles.map(({ id }) => id), home_.degraded], [['t3'], true]);
    });
  });

  it('fails with the catalogue when guard `fallback` is off', async () => {
    let failing = false;
    const catalog = {
      listTitles: async () => (failing ? Promise.reject(out) : { titles, nextPageToken: '' }),
      getTitles,
    };
    const off = new SwitchableGuards();
    off.set({ fallback: 'off' });
    const bare = {
      ...context,
      withFallback: <T>(options: FallbackOptions<T>) => withFallback({ ...options, guards: off }),
    };
    const shelf = browseShelf({ catalog, ...nobody, context: bare });
    await shelf.rows(audience);
    failing = true;
    await assert.rejects(shelf.rows(audience), out);
  });

  it('fails when nothing was ever known, with the reason', async () => {
    const shelf = browseShelf({ catalog: { listTitles: () => Promise.reject(out), getTitles }, ...nobody, context });
    await assert.rejects(shelf.rows(audience), out);
  });

  it('knows something before the first viewer when it was warmed up', async () => {
    let calls = 0;
    const answered = Promise.withResolvers<void>();
    const catalog = {
      listTitles: async () => {
        if (calls++ > 0) throw out;
        answered.resolve();
        return { titles, nextPageToken: '' };
      },
      getTitles,
    };
    const shelf = browseShelf({ catalog, ...nobody, context });
    shelf.warmUp();
    await answered.promise;
    assert.equal((await shelf.rows(audience)).rows[0]!.titles.length, 10);
  });
});
