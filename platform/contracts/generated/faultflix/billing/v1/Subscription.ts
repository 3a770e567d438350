// Original file: platform/contracts/billing.proto

import type { Plan as _faultflix_billing_v1_Plan, Plan__Output as _faultflix_billing_v1_Plan__Output } from '../../../faultflix/billing/v1/Plan.ts';
import type { Long } from '@grpc/proto-loader';

export interface Subscription {
  'account'?: (string);
  'plan'?: (_faultflix_billing_v1_Plan | null);
  /**
   * none | pending | active | past-due | cancelled | ended
   */
  'state'?: (string);
  'periodStartMs'?: (number | string | Long);
  'periodEndMs'?: (number | string | Long);
}

export interface Subscription__Output {
  'account': (string);
  'plan': (_faultflix_billing_v1_Plan__Output | null);
  /**
   * none | pending | active | past-due | cancelled | ended
   */
  'state': (string);
  'periodStartMs': (number);
  'periodEndMs': (number);
}
