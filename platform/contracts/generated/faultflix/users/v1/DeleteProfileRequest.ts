// Original file: platform/contracts/users.proto


export interface DeleteProfileRequest {
  'account'?: (string);
  'id'?: (string);
}

export interface DeleteProfileRequest__Output {
  'account': (string);
  'id': (string);
}
