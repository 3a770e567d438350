// Original file: platform/contracts/catalog.proto

import type { Genre as _faultflix_catalog_v1_Genre, Genre__Output as _faultflix_catalog_v1_Genre__Output } from '../../../faultflix/catalog/v1/Genre.ts';

export interface ListGenresResponse {
  /**
   * The most titles first.
   */
  'genres'?: (_faultflix_catalog_v1_Genre)[];
}

export interface ListGenresResponse__Output {
  /**
   * The most titles first.
   */
  'genres': (_faultflix_catalog_v1_Genre__Output)[];
}
