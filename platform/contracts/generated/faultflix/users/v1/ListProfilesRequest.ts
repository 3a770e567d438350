// Original file: platform/contracts/users.proto


export interface ListProfilesRequest {
  'account'?: (string);
}

export interface ListProfilesRequest__Output {
  'account': (string);
}
