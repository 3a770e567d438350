// Original file: platform/contracts/catalog.proto


export interface GetTitleRequest {
  /**
   * Of a title or an episode; for an episode its title is answered.
   */
  'id'?: (string);
}

export interface GetTitleRequest__Output {
  /**
   * Of a title or an episode; for an episode its title is answered.
   */
  'id': (string);
}
