import { defineContract } from './contract.ts';
import type { CatalogDefinition } from './generated/faultflix/catalog/v1/Catalog.ts';

export const catalog = defineContract<CatalogDefinition>({
  proto: 'catalog.proto',
  service: 'faultflix.catalog.v1.Catalog',
  idempotent: ['listTitles', 'getTitle', 'getTitles', 'search', 'listGenres', 'getArtwork'],
  reads: ['listTitles', 'getTitle', 'getTitles', 'search', 'listGenres', 'getArtwork'],
});
