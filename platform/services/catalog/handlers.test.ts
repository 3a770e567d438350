import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { FaultflixError } from '#base/errors.ts';
import type { ServerCall } from '#kit/context.ts';
import { fileTitles } from '#platform/stores/titles/file.ts';
import { catalogHandlers } from './handlers.ts';

const call = {} as ServerCall;
const store = await fileTitles(join(import.meta.dirname, 'titles.json'));
const { listTitles, getTitle } = catalogHandlers(store);
const badInput = (error: unknown) => error instanceof FaultflixError && error.code === 'bad-input';

describe('the catalogue', () => {
  it('has a few dozen titles, every one with media that is there', async () => {
    const { titles = [], nextPageToken } = await listTitles({ genre: '', pageSize: 200, pageToken: '' }, call);
    assert(titles.length >= 24);
    assert.equal(nextPageToken, '');
    for (const { media } of titles)
      assert(existsSync(join(import.meta.dirname, '../../media/titles', media!, 'master.m3u8')), `${media}`);
  });

  it('pages by its tokens to the same list', async () => {
    const seen: string[] = [];
    let pageToken = '';
    do {
      const page = await listTitles({ genre: 'drama', pageSize: 4, pageToken }, call);
      seen.push(...page.titles!.map(({ id }) => id!));
      pageToken = page.nextPageToken!;
    } while (pageToken !== '' && seen.length < 100);
    const whole = await listTitles({ genre: 'drama', pageSize: 200, pageToken: '' }, call);
    assert.deepEqual(
      seen,
      whole.titles!.map(({ id }) => id),
    );
  });

  it('refuses a page size and a token that it cannot mean', async () => {
    const request = { genre: '', pageSize: 0, pageToken: '' };
    for (const pageSize of [-1, 201])
      await assert.rejects(async () => listTitles({ ...request, pageSize }, call), badInput);
    for (const pageToken of ['x', Buffer.from('after x').toString('base64url')])
      await assert.rejects(async () => listTitles({ ...request, pageToken }, call), badInput);
  });

  it('says that there is no such title', async () => {
    await assert.rejects(
      async () => getTitle({ id: 'nope' }, call),
      (error: unknown) => error instanceof FaultflixError && error.code === 'not-found' && error.received === 'nope',
    );
  });
});
