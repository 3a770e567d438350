// Original file: platform/contracts/playback.proto


export interface StartPlaybackRequest {
  'session'?: (string);
  'titleId'?: (string);
  'idempotencyKey'?: (string);
  /**
   * The viewer's home region: edges are named by the port that its viewers reach.
   */
  'home'?: (string);
}

export interface StartPlaybackRequest__Output {
  'session': (string);
  'titleId': (string);
  'idempotencyKey': (string);
  /**
   * The viewer's home region: edges are named by the port that its viewers reach.
   */
  'home': (string);
}
