import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { Bill as _faultflix_billing_v1_Bill, Bill__Output as _faultflix_billing_v1_Bill__Output } from './faultflix/billing/v1/Bill.ts';
import type { BillingClient as _faultflix_billing_v1_BillingClient, BillingDefinition as _faultflix_billing_v1_BillingDefinition } from './faultflix/billing/v1/Billing.ts';
import type { CancelRequest as _faultflix_billing_v1_CancelRequest, CancelRequest__Output as _faultflix_billing_v1_CancelRequest__Output } from './faultflix/billing/v1/CancelRequest.ts';
import type { GetSubscriptionRequest as _faultflix_billing_v1_GetSubscriptionRequest, GetSubscriptionRequest__Output as _faultflix_billing_v1_GetSubscriptionRequest__Output } from './faultflix/billing/v1/GetSubscriptionRequest.ts';
import type { ListBillsRequest as _faultflix_billing_v1_ListBillsRequest, ListBillsRequest__Output as _faultflix_billing_v1_ListBillsRequest__Output } from './faultflix/billing/v1/ListBillsRequest.ts';
import type { ListBillsResponse as _faultflix_billing_v1_ListBillsResponse, ListBillsResponse__Output as _faultflix_billing_v1_ListBillsResponse__Output } from './faultflix/billing/v1/ListBillsResponse.ts';
import type { ListPlansRequest as _faultflix_billing_v1_ListPlansRequest, ListPlansRequest__Output as _faultflix_billing_v1_ListPlansRequest__Output } from './faultflix/billing/v1/ListPlansRequest.ts';
import type { ListPlansResponse as _faultflix_billing_v1_ListPlansResponse, ListPlansResponse__Output as _faultflix_billing_v1_ListPlansResponse__Output } from './faultflix/billing/v1/ListPlansResponse.ts';
import type { Plan as _faultflix_billing_v1_Plan, Plan__Output as _faultflix_billing_v1_Plan__Output } from './faultflix/billing/v1/Plan.ts';
import type { SubscribeRequest as _faultflix_billing_v1_SubscribeRequest, SubscribeRequest__Output as _faultflix_billing_v1_SubscribeRequest__Output } from './faultflix/billing/v1/SubscribeRequest.ts';
import type { Subscription as _faultflix_billing_v1_Subscription, Subscription__Output as _faultflix_billing_v1_Subscription__Output } from './faultflix/billing/v1/Subscription.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  faultflix: {
    billing: {
      v1: {
        Bill: MessageTypeDefinition<_faultflix_billing_v1_Bill, _faultflix_billing_v1_Bill__Output>
        /**
         * Plans, subscriptions, bills. Money is in minor units (cents) of a currency.
         */
        Billing: SubtypeConstructor<typeof grpc.Client, _faultflix_billing_v1_BillingClient> & { service: _faultflix_billing_v1_BillingDefinition }
        CancelRequest: MessageTypeDefinition<_faultflix_billing_v1_CancelRequest, _faultflix_billing_v1_CancelRequest__Output>
        GetSubscriptionRequest: MessageTypeDefinition<_faultflix_billing_v1_GetSubscriptionRequest, _faultflix_billing_v1_GetSubscriptionRequest__Output>
        ListBillsRequest: MessageTypeDefinition<_faultflix_billing_v1_ListBillsRequest, _faultflix_billing_v1_ListBillsRequest__Output>
        ListBillsResponse: MessageTypeDefinition<_faultflix_billing_v1_ListBillsResponse, _faultflix_billing_v1_ListBillsResponse__Output>
        ListPlansRequest: MessageTypeDefinition<_faultflix_billing_v1_ListPlansRequest, _faultflix_billing_v1_ListPlansRequest__Output>
        ListPlansResponse: MessageTypeDefinition<_faultflix_billing_v1_ListPlansResponse, _faultflix_billing_v1_ListPlansResponse__Output>
        Plan: MessageTypeDefinition<_faultflix_billing_v1_Plan, _faultflix_billing_v1_Plan__Output>
        SubscribeRequest: MessageTypeDefinition<_faultflix_billing_v1_SubscribeRequest, _faultflix_billing_v1_SubscribeRequest__Output>
        Subscription: MessageTypeDefinition<_faultflix_billing_v1_Subscription, _faultflix_billing_v1_Subscription__Output>
      }
    }
  }
}

