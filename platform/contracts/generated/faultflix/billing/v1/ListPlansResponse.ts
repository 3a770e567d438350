// Original file: platform/contracts/billing.proto

import type { Plan as _faultflix_billing_v1_Plan, Plan__Output as _faultflix_billing_v1_Plan__Output } from '../../../faultflix/billing/v1/Plan.ts';

export interface ListPlansResponse {
  'plans'?: (_faultflix_billing_v1_Plan)[];
}

export interface ListPlansResponse__Output {
  'plans': (_faultflix_billing_v1_Plan__Output)[];
}
