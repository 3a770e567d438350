// Original file: platform/contracts/playback.proto


export interface GetSteeringResponse {
  /**
   * The document as players read it (JSON, HLS content steering 1.2: a pathway is an edge).
   */
  'manifest'?: (string);
}

export interface GetSteeringResponse__Output {
  /**
   * The document as players read it (JSON, HLS content steering 1.2: a pathway is an edge).
   */
  'manifest': (string);
}
