// Original file: platform/contracts/billing.proto

import type { Bill as _faultflix_billing_v1_Bill, Bill__Output as _faultflix_billing_v1_Bill__Output } from '../../../faultflix/billing/v1/Bill.ts';

export interface ListBillsResponse {
  'bills'?: (_faultflix_billing_v1_Bill)[];
  'nextPageToken'?: (string);
}

export interface ListBillsResponse__Output {
  'bills': (_faultflix_billing_v1_Bill__Output)[];
  'nextPageToken': (string);
}
