// Original file: platform/contracts/catalog.proto


export interface ListTitlesRequest {
  /**
   * Only titles of this genre; all when empty.
   */
  'genre'?: (string);
  /**
   * 1 to 200; 0 means 50.
   */
  'pageSize'?: (number);
  /**
   * next_page_token of the answer before; empty for the first page.
   */
  'pageToken'?: (string);
  /**
   * Only what may be shown there; everything when empty.
   */
  'country'?: (string);
}

export interface ListTitlesRequest__Output {
  /**
   * Only titles of this genre; all when empty.
   */
  'genre': (string);
  /**
   * 1 to 200; 0 means 50.
   */
  'pageSize': (number);
  /**
   * next_page_token of the answer before; empty for the first page.
   */
  'pageToken': (string);
  /**
   * Only what may be shown there; everything when empty.
   */
  'country': (string);
}
