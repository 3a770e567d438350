// Original file: platform/contracts/playback.proto


export interface StartPlaybackRequest {
  'session'?: (string);
  'titleId'?: (string);
  'idempotencyKey'?: (string);
  /**
   * The viewer's home region: edges are named by the port that its viewers reach.
   */
  'home'?: (string);
  /**
   * Whose stream it is; empty for a device without an account, whose session stands for it.
   */
  'account'?: (string);
  'profile'?: (string);
  /**
   * ISO 3166-1 alpha-2.
   */
  'country'?: (string);
  /**
   * What the account's plan allows, as its token says: used when billing cannot be asked.
   */
  'maxStreams'?: (number);
  'maxHeight'?: (number);
  /**
   * Of the profile: nothing that is rated above it is played; 0: everything.
   */
  'maxAge'?: (number);
}

export interface StartPlaybackRequest__Output {
  'session': (string);
  'titleId': (string);
  'idempotencyKey': (string);
  /**
   * The viewer's home region: edges are named by the port that its viewers reach.
   */
  'home': (string);
  /**
   * Whose stream it is; empty for a device without an account, whose session stands for it.
   */
  'account': (string);
  'profile': (string);
  /**
   * ISO 3166-1 alpha-2.
   */
  'country': (string);
  /**
   * What the account's plan allows, as its token says: used when billing cannot be asked.
   */
  'maxStreams': (number);
  'maxHeight': (number);
  /**
   * Of the profile: nothing that is rated above it is played; 0: everything.
   */
  'maxAge': (number);
}
