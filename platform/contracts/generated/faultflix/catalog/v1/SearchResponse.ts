// Original file: platform/contracts/catalog.proto

import type { Title as _faultflix_catalog_v1_Title, Title__Output as _faultflix_catalog_v1_Title__Output } from '../../../faultflix/catalog/v1/Title.ts';

export interface SearchResponse {
  'titles'?: (_faultflix_catalog_v1_Title)[];
}

export interface SearchResponse__Output {
  'titles': (_faultflix_catalog_v1_Title__Output)[];
}
