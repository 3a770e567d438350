import { FaultflixError } from '#base/errors.ts';
import type { CatalogDefinition } from '#contracts/generated/faultflix/catalog/v1/Catalog.ts';
import type { Title } from '#contracts/generated/faultflix/catalog/v1/Title.ts';
import type { Handlers } from '#kit/context.ts';
import type { StoredTitle, TitleStore } from '#platform/stores/titles.ts';
import { countOf, countryOf, idsOf, limits, queryOf } from './input.ts';
import { afterRankOf, pageToken } from './page-token.ts';

export interface CatalogParts {
  readonly titles: TitleStore;
  /** A search took so long (s) and found so many titles. */
  readonly onSearch?: (seconds: number, found: number) => void;
}

export function catalogHandlers({ titles, onSearch }: CatalogParts): Handlers<CatalogDefinition> {
  /** The title of an id, or of an episode's id. Throws `not-found`. */
  async function titleOf(id: string): Promise<StoredTitle> {
    const [, titleId] = /^(.+)\.s\d+e\d+$/.exec(id) ?? [];
    const title = await titles.get(titleId ?? id);
    if (title && (titleId === undefined || hasEpisode(title, id))) return title;
    throw new FaultflixError('not-found', 'no such title', {
      received: id.slice(0, 100),
      todo: 'GET /v1/titles lists the titles',
    });
  }

  return {
    async listTitles({ genre, country, pageSize, pageToken: token }) {
      const listing = { genre, country };
      const page = await titles.list({
        ...(genre === '' ? {} : { genre }),
        ...countryOf(country),
        ...(token === '' ? {} : { afterRank: afterRankOf(token, listing) }),
        limit: countOf(pageSize, limits.page, 'page_size'),
      });
      const { nextAfterRank } = page;
      return {
        titles: page.titles.map(wire),
        nextPageToken: nextAfterRank === undefined ? '' : pageToken(nextAfterRank, listing),
      };
    },
    getTitle: async ({ id }) => ({ title: wire(await titleOf(id)) }),
    async getTitles({ ids, country }) {
      const found = await titles.getMany({ ids: idsOf(ids), ...countryOf(country) });
      return { titles: found.map(wire) };
    },
    async search({ query, limit, country }) {
      const startedMs = performance.now();
      const found = await titles.search({
        query: queryOf(query),
        limit: countOf(limit, limits.search, 'limit'),
        ...countryOf(country),
      });
      onSearch?.((performance.now() - startedMs) / 1_000, found.length);
      return { titles: found.map(wire) };
    },
    listGenres: async ({ country }) => ({ genres: [...(await titles.genres(countryOf(country)))] }),
    async getArtwork({ id, shape }) {
      if (shape !== 'poster' && shape !== 'wide')
        throw new FaultflixError('bad-input', 'not a shape of artwork', {
          where: 'shape',
          expected: 'poster or wide',
          received: shape.slice(0, 40),
        });
      const title = await titleOf(id);
      const { poster } = await import('./artwork/poster.ts'); // not every pod is asked for pictures
      return { image: Buffer.from(poster(title, shape)), contentType: 'image/svg+xml' };
    },
  };
}

const hasEpisode = ({ seasons = [] }: StoredTitle, id: string): boolean =>
  seasons.some(({ episodes }) => episodes.some((episode) => episode.id === id));

const wire = ({ seasons = [], countries = [], age = 0, ...title }: StoredTitle): Title => ({
  ...title,
  genres: [...title.genres],
  people: [...title.people],
  seasons: seasons.map(({ number, episodes }) => ({ number, episodes: [...episodes] })),
  countries: [...countries],
  age,
});
