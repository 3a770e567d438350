// Original file: platform/contracts/users.proto


export interface GetAccountRequest {
  'id'?: (string);
}

export interface GetAccountRequest__Output {
  'id': (string);
}
