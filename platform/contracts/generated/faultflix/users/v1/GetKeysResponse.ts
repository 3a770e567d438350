// Original file: platform/contracts/users.proto


export interface GetKeysResponse {
  'jwks'?: (string);
}

export interface GetKeysResponse__Output {
  'jwks': (string);
}
