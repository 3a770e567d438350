// Original file: platform/contracts/catalog.proto


export interface Person {
  'name'?: (string);
  /**
   * director | cast
   */
  'role'?: (string);
}

export interface Person__Output {
  'name': (string);
  /**
   * director | cast
   */
  'role': (string);
}
