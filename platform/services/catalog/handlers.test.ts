import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { FaultflixError } from '#base/errors.ts';
import type { ServerCall } from '#kit/context.ts';
import { readTitles } from '#platform/stores/titles/file.ts';
import { memoryTitles } from '#platform/stores/titles/memory.ts';
import { catalogHandlers } from './handlers.ts';

const call = {} as ServerCall;
const authored = await readTitles(join(import.meta.dirname, 'titles.json'));
const [first, ...others] = authored;
const episode = { id: `${first!.id}.s1e2`, number: 2, name: 'Two', minutes: 40, synopsis: 'It goes on.', media: 'm' };
const titles = memoryTitles([
  { ...first!, seasons: [{ number: 1, episodes: [episode] }], countries: ['US'] },
  ...others,
]);
const handlers = catalogHandlers({ titles });
const list = { genre: '', country: '', pageSize: 0, pageToken: '' };
const badInput = (where: string) => (error: unknown) =>
  error instanceof FaultflixError && error.code === 'bad-input' && error.where === where;
const notFound = (error: unknown) => error instanceof FaultflixError && error.code === 'not-found';

async function pages(request: Partial<typeof list>): Promise<string[]> {
  const seen: string[] = [];
  for (let pageToken = ''; seen.length < 1_000; ) {
    const page = await handlers.listTitles({ ...list, ...request, pageToken }, call);
    seen.push(...page.titles!.map(({ id }) => id!));
    pageToken = page.nextPageToken!;
    if (pageToken === '') return seen;
  }
  throw new Error('pages without an end');
}

describe('lists', () => {
  it('page by their tokens to the same list, whatever is asked', async () => {
    for (const request of [{}, { genre: 'drama' }, { country: 'DE' }, { genre: 'drama', country: 'DE' }])
      assert.deepEqual(await pages({ ...request, pageSize: 4 }), await pages({ ...request, pageSize: 200 }));
    assert.equal((await pages({})).length, authored.length);
    assert.equal((await pages({ country: 'DE' })).length, authored.length - 1);
    assert.deepEqual(await pages({ genre: 'no such' }), []);
  });

  it('leave seasons to getTitle', async () => {
    const { titles: listed } = await handlers.listTitles({ ...list, pageSize: 1 }, call);
    assert.deepEqual(listed![0]!.seasons, []);
    assert.deepEqual((await handlers.getTitle({ id: first!.id }, call)).title!.seasons![0]!.episodes, [episode]);
  });

  it('go on with a token of theirs alone', async () => {
    const token = (await handlers.listTitles({ ...list, genre: 'drama', pageSize: 1 }, call)).nextPageToken!;
    const changed = `${token.slice(0, 3)}${token[3] === 'A' ? 'B' : 'A'}${token.slice(4)}`;
    for (const pageToken of ['x', Buffer.from('after 3').toString('base64url'), changed, `${token}=`, ` ${token}`])
      await assert.rejects(
        async () => handlers.listTitles({ ...list, genre: 'drama', pageToken }, call),
        badInput('page_token'),
      );
    for (const other of [{ genre: 'crime' }, { genre: '' }, { genre: 'drama', country: 'DE' }])
      await assert.rejects(
        async () => handlers.listTitles({ ...list, ...other, pageToken: token }, call),
        badInput('page_token'),
      );
  });

  it('refuse a size and a country that they cannot mean', async () => {
    for (const pageSize of [-1, 201])
      await assert.rejects(async () => handlers.listTitles({ ...list, pageSize }, call), badInput('page_size'));
    for (const country of ['de', 'DEU', '1', ' '])
      await assert.rejects(async () => handlers.listTitles({ ...list, country }, call), badInput('country'));
  });
});

describe('titles', () => {
  it('are found by their ids and those of their episodes', async () => {
    for (const id of [first!.id, episode.id])
      assert.equal((await handlers.getTitle({ id }, call)).title!.id, first!.id);
    for (const id of ['nope', '', `${first!.id}.s1e3`, `${first!.id}.s1e2.s1e2`, `${others[0]!.id}.s1e1`, '__proto__'])
      await assert.rejects(async () => handlers.getTitle({ id }, call), notFound);
  });

  it('come in the order asked for, where they are licensed', async () => {
    const ids = [others[1]!.id, 'nope', first!.id];
    const idsOf = async (country: string) =>
      (await handlers.getTitles({ ids, country }, call)).titles!.map(({ id }) => id);
    assert.deepEqual(await idsOf(''), [others[1]!.id, first!.id]);
    assert.deepEqual(await idsOf('DE'), [others[1]!.id]);
    await assert.rejects(
      async () => handlers.getTitles({ ids: Array.from({ length: 201 }, () => 'a'), country: '' }, call),
      badInput('ids'),
    );
  });

  it('are found by a mistyped name, unless they are not licensed there', async () => {
    const search = async (query: string, country = '') =>
      (await handlers.search({ query, limit: 0, country }, call)).titles!.map(({ id }) => id);
    assert.equal((await search('teh slat road'))[0], first!.id);
    assert(!(await search('the salt road', 'DE')).includes(first!.id));
    for (const query of ['', 'x'.repeat(101)])
      await assert.rejects(async () => handlers.search({ query, limit: 0, country: '' }, call), badInput('query'));
    await assert.rejects(async () => handlers.search({ query: 'x', limit: 51, country: '' }, call), badInput('limit'));
    assert.deepEqual(await search('🎬'.repeat(100)), []);
  });

  it('are counted by genre', async () => {
    const { genres } = await handlers.listGenres({ country: '' }, call);
    assert.equal(genres![0]!.name, 'drama');
    assert.equal(genres![0]!.titles, authored.filter((title) => title.genres.includes('drama')).length);
  });

  it('have pictures of two shapes', async () => {
    for (const shape of ['poster', 'wide']) {
      const { image, contentType } = await handlers.getArtwork({ id: first!.id, shape }, call);
      assert.equal(contentType, 'image/svg+xml');
      assert.match(String(image), /^<svg .*The Salt Road.*<\/svg>$/s);
    }
    await assert.rejects(async () => handlers.getArtwork({ id: first!.id, shape: 'round' }, call), badInput('shape'));
    await assert.rejects(async () => handlers.getArtwork({ id: 'nope', shape: 'poster' }, call), notFound);
  });
});
