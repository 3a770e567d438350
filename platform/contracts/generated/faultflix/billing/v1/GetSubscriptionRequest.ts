// Original file: platform/contracts/billing.proto


export interface GetSubscriptionRequest {
  'account'?: (string);
}

export interface GetSubscriptionRequest__Output {
  'account': (string);
}
