// Original file: platform/contracts/users.proto

import type { Long } from '@grpc/proto-loader';

export interface Account {
  /**
   * Opaque; sub of access tokens.
   */
  'id'?: (string);
  'mail'?: (string);
  'name'?: (string);
  /**
   * ISO 3166-1 alpha-2: decides the catalogue's licences and the currency.
   */
  'country'?: (string);
  'createdAtMs'?: (number | string | Long);
}

export interface Account__Output {
  /**
   * Opaque; sub of access tokens.
   */
  'id': (string);
  'mail': (string);
  'name': (string);
  /**
   * ISO 3166-1 alpha-2: decides the catalogue's licences and the currency.
   */
  'country': (string);
  'createdAtMs': (number);
}
