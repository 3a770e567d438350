// Original file: platform/contracts/users.proto


export interface CreateProfileRequest {
  'account'?: (string);
  'name'?: (string);
  'maxAge'?: (number);
}

export interface CreateProfileRequest__Output {
  'account': (string);
  'name': (string);
  'maxAge': (number);
}
