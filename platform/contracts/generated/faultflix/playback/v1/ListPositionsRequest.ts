// Original file: platform/contracts/playback.proto


export interface ListPositionsRequest {
  'profile'?: (string);
  /**
   * 1 to 100; 0 means 20.
   */
  'limit'?: (number);
}

export interface ListPositionsRequest__Output {
  'profile': (string);
  /**
   * 1 to 100; 0 means 20.
   */
  'limit': (number);
}
