import { FaultflixError } from '#base/errors.ts';
import type { CatalogDefinition } from '#contracts/generated/faultflix/catalog/v1/Catalog.ts';
import type { RecommendationsDefinition } from '#contracts/generated/faultflix/recommendations/v1/Recommendations.ts';
import type { Client, ServiceContext } from '#kit/service.ts';
import type { Audience, Shelf } from '../browse.ts';
import type { On } from '../operations.ts';
import { shown } from '../rows.ts';
import type { Profiles } from '../signing-in/profiles.ts';

export interface TitlesParts {
  readonly catalog: Client<CatalogDefinition>;
  readonly recommendations: Pick<Client<RecommendationsDefinition>, 'similar'>;
  readonly shelf: Pick<Shelf, 'rows'>;
  readonly profiles: Profiles;
  readonly context: Pick<ServiceContext, 'withFallback'>;
}

const SIMILAR = 20;
/** Pictures are made here and vector ones can hold code: they get no rights at all. */
const PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

export function titlesRoutes(on: On, { catalog, recommendations, shelf, profiles, context }: TitlesParts): void {
  on('browse', async ({ viewer, query }) => {
    const { country } = viewer;
    const { profile } = query;
    if (profile === undefined) return answer(await shelf.rows({ country }));
    const { value, degraded } = await context.withFallback<Audience>({
      name: 'profile',
      call: async () => {
        const { id, maxAge } = await profiles.own(viewer, profile);
        return { country, profile: id, ...(maxAge === 0 ? {} : { maxAge }) };
      },
      // It may be a child's: only what is for all.
      instead: () => ({ country, maxAge: 0 }),
    });
    const home = await shelf.rows(value);
    return answer({ rows: home.rows, degraded: degraded || home.degraded });
  });

  on('listTitles', async ({ viewer: { country }, query: { genre = '', cursor = '', limit = 50 } }) => {
    const asked = { genre, pageToken: cursor, pageSize: limit, country };
    const { titles, nextPageToken } = await catalog.listTitles(asked);
    return { titles: titles.map(shown), ...(nextPageToken === '' ? {} : { cursor: nextPageToken }) };
  });

  on('getTitle', async ({ params: { id } }) => {
    const { title } = await catalog.getTitle({ id });
    if (!title) throw new FaultflixError('not-found', 'no such title', { where: 'path.id' });
    const seasons = title.seasons.map(({ number, episodes }) => ({
      number,
      episodes: episodes.map(({ media: _media, ...episode }) => episode),
    }));
    return { ...shown(title), seasons };
  });

  on('listSimilar', async ({ viewer: { country }, params: { id } }) => {
    const { value, degraded } = await context.withFallback({
      name: 'similar-titles',
      call: async () => {
        const { titleIds } = await recommendations.similar({ titleId: id, limit: SIMILAR }, { timeoutMs: 800 });
        return (await catalog.getTitles({ ids: titleIds, country })).titles;
      },
      instead: async () => {
        const { title } = await catalog.getTitle({ id });
        const asked = { genre: title?.genres[0] ?? '', pageSize: SIMILAR + 1, country };
        return (await catalog.listTitles(asked)).titles.filter((other) => other.id !== title?.id).slice(0, SIMILAR);
      },
    });
    return { titles: value.map(shown), ...(degraded ? { degraded } : {}) };
  });

  on('listGenres', async ({ viewer: { country } }) => catalog.listGenres({ country }));

  on('search', async ({ viewer: { country }, query: { q, limit = 20 } }) => ({
    titles: (await catalog.search({ query: q, limit, country })).titles.map(shown),
  }));

  on('getArtwork', async ({ params, reply }) => {
    const { image, contentType } = await catalog.getArtwork(params);
    if (!contentType.startsWith('image/')) throw new FaultflixError('internal', 'the artwork is no picture');
    return reply
      .type(contentType)
      .headers({ 'cache-control': 'public, max-age=86400', 'content-security-policy': PICTURE_POLICY })
      .send(image);
  });
}

const answer = <T>({ degraded, ...rest }: T & { readonly degraded: boolean }) =>
  degraded ? { ...rest, degraded: true as const } : rest;
