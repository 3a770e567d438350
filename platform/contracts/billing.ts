import { defineContract } from './contract.ts';
import type { BillingDefinition } from './generated/faultflix/billing/v1/Billing.ts';

export const billing = defineContract<BillingDefinition>({
  proto: 'billing.proto',
  service: 'faultflix.billing.v1.Billing',
  idempotent: ['listPlans', 'getSubscription', 'cancel', 'listBills'],
  reads: ['listPlans', 'getSubscription', 'listBills'],
});
