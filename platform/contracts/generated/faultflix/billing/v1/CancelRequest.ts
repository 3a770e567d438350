// Original file: platform/contracts/billing.proto


export interface CancelRequest {
  'account'?: (string);
}

export interface CancelRequest__Output {
  'account': (string);
}
