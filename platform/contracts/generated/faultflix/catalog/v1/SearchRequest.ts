// Original file: platform/contracts/catalog.proto


export interface SearchRequest {
  /**
   * 1 to 100 characters.
   */
  'query'?: (string);
  /**
   * 1 to 50; 0 means 20.
   */
  'limit'?: (number);
  'country'?: (string);
}

export interface SearchRequest__Output {
  /**
   * 1 to 100 characters.
   */
  'query': (string);
  /**
   * 1 to 50; 0 means 20.
   */
  'limit': (number);
  'country': (string);
}
