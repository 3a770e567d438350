// Original file: platform/contracts/billing.proto

import type { Long } from '@grpc/proto-loader';

export interface Bill {
  'id'?: (string);
  'plan'?: (string);
  'amountMinor'?: (number | string | Long);
  'currency'?: (string);
  /**
   * open | paid | refused | refunded
   */
  'state'?: (string);
  'atMs'?: (number | string | Long);
}

export interface Bill__Output {
  'id': (string);
  'plan': (string);
  'amountMinor': (number);
  'currency': (string);
  /**
   * open | paid | refused | refunded
   */
  'state': (string);
  'atMs': (number);
}
