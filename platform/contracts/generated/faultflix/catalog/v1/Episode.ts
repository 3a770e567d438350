// Original file: platform/contracts/catalog.proto


export interface Episode {
  /**
   * Plays as a title does: `<title id>.s1e2`.
   */
  'id'?: (string);
  'number'?: (number);
  'name'?: (string);
  'minutes'?: (number);
  'synopsis'?: (string);
  'media'?: (string);
}

export interface Episode__Output {
  /**
   * Plays as a title does: `<title id>.s1e2`.
   */
  'id': (string);
  'number': (number);
  'name': (string);
  'minutes': (number);
  'synopsis': (string);
  'media': (string);
}
