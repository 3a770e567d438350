// Original file: platform/contracts/billing.proto


export interface ListPlansRequest {
  'country'?: (string);
}

export interface ListPlansRequest__Output {
  'country': (string);
}
