// Original file: platform/contracts/catalog.proto


export interface GetTitlesRequest {
  /**
   * At most 200.
   */
  'ids'?: (string)[];
  'country'?: (string);
}

export interface GetTitlesRequest__Output {
  /**
   * At most 200.
   */
  'ids': (string)[];
  'country': (string);
}
