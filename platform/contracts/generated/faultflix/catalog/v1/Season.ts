// Original file: platform/contracts/catalog.proto

import type { Episode as _faultflix_catalog_v1_Episode, Episode__Output as _faultflix_catalog_v1_Episode__Output } from '../../../faultflix/catalog/v1/Episode.ts';

export interface Season {
  'number'?: (number);
  'episodes'?: (_faultflix_catalog_v1_Episode)[];
}

export interface Season__Output {
  'number': (number);
  'episodes': (_faultflix_catalog_v1_Episode__Output)[];
}
