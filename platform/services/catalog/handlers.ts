import { FaultflixError } from '#base/errors.ts';
import type { CatalogDefinition } from '#contracts/generated/faultflix/catalog/v1/Catalog.ts';
import type { Title } from '#contracts/generated/faultflix/catalog/v1/Title.ts';
import type { Handlers } from '#kit/context.ts';
import type { StoredTitle, TitleStore } from '#platform/stores/titles.ts';

const PAGE = { usual: 50, max: 200 };

export function catalogHandlers(titles: TitleStore): Handlers<CatalogDefinition> {
  return {
    async listTitles({ genre, pageSize, pageToken }) {
      const page = await titles.list({
        ...(genre === '' ? {} : { genre }),
        ...(pageToken === '' ? {} : { afterRank: rankOf(pageToken) }),
        limit: limitOf(pageSize),
      });
      const { nextAfterRank } = page;
      return {
        titles: page.titles.map(wire),
        nextPageToken: nextAfterRank === undefined ? '' : tokenOf(nextAfterRank),
      };
    },
    async getTitle({ id }) {
      const title = await titles.get(id);
      if (title) return { title: wire(title) };
      throw new FaultflixError('not-found', 'no such title', { received: id, todo: 'GET /v1/browse lists the titles' });
    },
  };
}

const wire = (title: StoredTitle): Title => ({ ...title, genres: [...title.genres], people: [...title.people] });

function limitOf(pageSize: number): number {
  if (pageSize === 0) return PAGE.usual;
  if (pageSize > 0 && pageSize <= PAGE.max) return pageSize;
  throw new FaultflixError('bad-input', 'not a page size', {
    where: 'page_size',
    expected: `1 to ${PAGE.max}`,
    received: `${pageSize}`,
  });
}

const tokenOf = (rank: number) => Buffer.from(`after ${rank}`).toString('base64url');

function rankOf(token: string): number {
  const rank = /^after (\d+)$/.exec(Buffer.from(token, 'base64url').toString('utf8'))?.[1];
  if (rank !== undefined) return Number(rank);
  throw new FaultflixError('bad-input', 'not a page token of ours', {
    where: 'page_token',
    expected: 'next_page_token of an answer',
    received: token,
  });
}
