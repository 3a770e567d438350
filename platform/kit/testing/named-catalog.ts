import type { CatalogDefinition } from '#contracts/generated/faultflix/catalog/v1/Catalog.ts';
import type { Handlers } from '../context.ts';

/** A catalogue whose every title bears one name, for tests that must know who answered. */
export const namedCatalog = (name: string): Handlers<CatalogDefinition> => ({
  listTitles: () => ({ titles: [{ id: name }] }),
  getTitle: ({ id }) => ({ title: { id, name } }),
  getTitles: ({ ids }) => ({ titles: ids.map((id) => ({ id, name })) }),
  search: ({ query }) => ({ titles: [{ id: query, name }] }),
  listGenres: () => ({ genres: [{ name, titles: 1 }] }),
  getArtwork: ({ id }) => ({ image: Buffer.from(`${name} ${id}`), contentType: 'text/plain' }),
});
