// Original file: platform/contracts/users.proto


export interface Profile {
  'id'?: (string);
  'name'?: (string);
  /**
   * Titles above this age are not shown; 0: all.
   */
  'maxAge'?: (number);
}

export interface Profile__Output {
  'id': (string);
  'name': (string);
  /**
   * Titles above this age are not shown; 0: all.
   */
  'maxAge': (number);
}
