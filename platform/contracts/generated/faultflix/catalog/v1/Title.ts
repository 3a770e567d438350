// Original file: platform/contracts/catalog.proto

import type { Person as _faultflix_catalog_v1_Person, Person__Output as _faultflix_catalog_v1_Person__Output } from '../../../faultflix/catalog/v1/Person.ts';
import type { Season as _faultflix_catalog_v1_Season, Season__Output as _faultflix_catalog_v1_Season__Output } from '../../../faultflix/catalog/v1/Season.ts';

export interface Title {
  'id'?: (string);
  'name'?: (string);
  'year'?: (number);
  /**
   * film | series
   */
  'kind'?: (string);
  'genres'?: (string)[];
  'people'?: (_faultflix_catalog_v1_Person)[];
  'synopsis'?: (string);
  'minutes'?: (number);
  /**
   * 1 is the most popular.
   */
  'rank'?: (number);
  /**
   * The folder of the encoded media: the <title> of a segment's path.
   */
  'media'?: (string);
  /**
   * Of a series; empty for a film.
   */
  'seasons'?: (_faultflix_catalog_v1_Season)[];
  /**
   * ISO 3166-1 alpha-2 countries that have a licence; empty: everywhere.
   */
  'countries'?: (string)[];
  /**
   * Years; 0: for all.
   */
  'age'?: (number);
}

export interface Title__Output {
  'id': (string);
  'name': (string);
  'year': (number);
  /**
   * film | series
   */
  'kind': (string);
  'genres': (string)[];
  'people': (_faultflix_catalog_v1_Person__Output)[];
  'synopsis': (string);
  'minutes': (number);
  /**
   * 1 is the most popular.
   */
  'rank': (number);
  /**
   * The folder of the encoded media: the <title> of a segment's path.
   */
  'media': (string);
  /**
   * Of a series; empty for a film.
   */
  'seasons': (_faultflix_catalog_v1_Season__Output)[];
  /**
   * ISO 3166-1 alpha-2 countries that have a licence; empty: everywhere.
   */
  'countries': (string)[];
  /**
   * Years; 0: for all.
   */
  'age': (number);
}
