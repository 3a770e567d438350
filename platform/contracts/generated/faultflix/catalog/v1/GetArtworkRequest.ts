// Original file: platform/contracts/catalog.proto


export interface GetArtworkRequest {
  'id'?: (string);
  /**
   * poster | wide
   */
  'shape'?: (string);
}

export interface GetArtworkRequest__Output {
  'id': (string);
  /**
   * poster | wide
   */
  'shape': (string);
}
