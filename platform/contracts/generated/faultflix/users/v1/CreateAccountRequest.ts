// Original file: platform/contracts/users.proto


export interface CreateAccountRequest {
  'mail'?: (string);
  'name'?: (string);
  'password'?: (string);
  'country'?: (string);
}

export interface CreateAccountRequest__Output {
  'mail': (string);
  'name': (string);
  'password': (string);
  'country': (string);
}
