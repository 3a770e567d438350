import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { pino } from 'pino';
import { FaultflixError } from '#base/errors.ts';
import type { Title__Output } from '#contracts/generated/faultflix/catalog/v1/Title.ts';
import { type FallbackOptions, withFallback } from '#kit/resilience/fallback.ts';
import { SwitchableGuards } from '#kit/resilience/guards.ts';
import { browseShelf } from './browse.ts';
import { rowsOf } from './rows.ts';

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
