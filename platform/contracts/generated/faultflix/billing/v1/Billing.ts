// Original file: platform/contracts/billing.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { CancelRequest as _faultflix_billing_v1_CancelRequest, CancelRequest__Output as _faultflix_billing_v1_CancelRequest__Output } from '../../../faultflix/billing/v1/CancelRequest.ts';
import type { GetSubscriptionRequest as _faultflix_billing_v1_GetSubscriptionRequest, GetSubscriptionRequest__Output as _faultflix_billing_v1_GetSubscriptionRequest__Output } from '../../../faultflix/billing/v1/GetSubscriptionRequest.ts';
import type { ListBillsRequest as _faultflix_billing_v1_ListBillsRequest, ListBillsRequest__Output as _faultflix_billing_v1_ListBillsRequest__Output } from '../../../faultflix/billing/v1/ListBillsRequest.ts';
import type { ListBillsResponse as _faultflix_billing_v1_ListBillsResponse, ListBillsResponse__Output as _faultflix_billing_v1_ListBillsResponse__Output } from '../../../faultflix/billing/v1/ListBillsResponse.ts';
import type { ListPlansRequest as _faultflix_billing_v1_ListPlansRequest, ListPlansRequest__Output as _faultflix_billing_v1_ListPlansRequest__Output } from '../../../faultflix/billing/v1/ListPlansRequest.ts';
import type { ListPlansResponse as _faultflix_billing_v1_ListPlansResponse, ListPlansResponse__Output as _faultflix_billing_v1_ListPlansResponse__Output } from '../../../faultflix/billing/v1/ListPlansResponse.ts';
import type { SubscribeRequest as _faultflix_billing_v1_SubscribeRequest, SubscribeRequest__Output as _faultflix_billing_v1_SubscribeRequest__Output } from '../../../faultflix/billing/v1/SubscribeRequest.ts';
import type { Subscription as _faultflix_billing_v1_Subscription, Subscription__Output as _faultflix_billing_v1_Subscription__Output } from '../../../faultflix/billing/v1/Subscription.ts';

/**
 * Plans, subscriptions, bills. Money is in minor units (cents) of a currency.
 */
export interface BillingClient extends grpc.Client {
  /**
   * Ends it with the period that is paid for. Safe to repeat.
   */
  Cancel(argument: _faultflix_billing_v1_CancelRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_billing_v1_Subscription__Output>): grpc.ClientUnaryCall;
  Cancel(argument: _faultflix_billing_v1_CancelRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_faultflix_billing_v1_Subscription__Output>): grpc.ClientUnaryCall;
  Cancel(argument: _faultflix_billing_v1_CancelRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_billing_v1_Subscription__Output>): grpc.ClientUnaryCall;
  Cancel(argument: _faultflix_billing_v1_CancelRequest, callback: grpc.requestCallback<_faultflix_billing_v1_Subscription__Output>): grpc.ClientUnaryCall;
  /**
   * Ends it with the period that is paid for. Safe to repeat.
   */
  cancel(argument: _faultflix_billing_v1_CancelRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_billing_v1_Subscription__Output>): grpc.ClientUnaryCall;
  cancel(argument: _faultflix_billing_v1_CancelRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_faultflix_billing_v1_Subscription__Output>): grpc.ClientUnaryCall;
  cancel(argument: _faultflix_billing_v1_CancelRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_billing_v1_Subscription__Output>): grpc.ClientUnaryCall;
  cancel(argument: _faultflix_billing_v1_CancelRequest, callback: grpc.requestCallback<_faultflix_billing_v1_Subscription__Output>): grpc.ClientUnaryCall;
  
  /**
   * What an account may watch. An account that never subscribed has plan `free`.
   */
  GetSubscription(argument: _faultflix_billing_v1_GetSubscriptionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_billing_v1_Subscription__Output>): grpc.ClientUnaryCall;
  GetSubscription(argument: _faultflix_billing_v1_GetSubscriptionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_faultflix_billing_v1_Subscription__Output>): grpc.ClientUnaryCall;
  GetSubscription(argument: _faultflix_billing_v1_GetSubscriptionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_billing_v1_Subscription__Output>): grpc.ClientUnaryCall;
  GetSubscription(argument: _faultflix_billing_v1_GetSubscriptionRequest, callback: grpc.requestCallback<_faultflix_billing_v1_Subscription__Output>): grpc.ClientUnaryCall;
  /**
   * What an account may watch. An account that never subscribed has plan `free`.
   */
  getSubscription(argument: _faultflix_billing_v1_GetSubscriptionRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_billing_v1_Subscription__Output>): grpc.ClientUnaryCall;
  getSubscription(argument: _faultflix_billing_v1_GetSubscriptionRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_faultflix_billing_v1_Subscription__Output>): grpc.ClientUnaryCall;
  getSubscription(argument: _faultflix_billing_v1_GetSubscriptionRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_billing_v1_Subscription__Output>): grpc.ClientUnaryCall;
  getSubscription(argument: _faultflix_billing_v1_GetSubscriptionRequest, callback: grpc.requestCallback<_faultflix_billing_v1_Subscription__Output>): grpc.ClientUnaryCall;
  
  ListBills(argument: _faultflix_billing_v1_ListBillsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_billing_v1_ListBillsResponse__Output>): grpc.ClientUnaryCall;
  ListBills(argument: _faultflix_billing_v1_ListBillsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_faultflix_billing_v1_ListBillsResponse__Output>): grpc.ClientUnaryCall;
  ListBills(argument: _faultflix_billing_v1_ListBillsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_billing_v1_ListBillsResponse__Output>): grpc.ClientUnaryCall;
  ListBills(argument: _faultflix_billing_v1_ListBillsRequest, callback: grpc.requestCallback<_faultflix_billing_v1_ListBillsResponse__Output>): grpc.ClientUnaryCall;
  listBills(argument: _faultflix_billing_v1_ListBillsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_billing_v1_ListBillsResponse__Output>): grpc.ClientUnaryCall;
  listBills(argument: _faultflix_billing_v1_ListBillsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_faultflix_billing_v1_ListBillsResponse__Output>): grpc.ClientUnaryCall;
  listBills(argument: _faultflix_billing_v1_ListBillsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_billing_v1_ListBillsResponse__Output>): grpc.ClientUnaryCall;
  listBills(argument: _faultflix_billing_v1_ListBillsRequest, callback: grpc.requestCallback<_faultflix_billing_v1_ListBillsResponse__Output>): grpc.ClientUnaryCall;
  
  ListPlans(argument: _faultflix_billing_v1_ListPlansRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_billing_v1_ListPlansResponse__Output>): grpc.ClientUnaryCall;
  ListPlans(argument: _faultflix_billing_v1_ListPlansRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_faultflix_billing_v1_ListPlansResponse__Output>): grpc.ClientUnaryCall;
  ListPlans(argument: _faultflix_billing_v1_ListPlansRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_billing_v1_ListPlansResponse__Output>): grpc.ClientUnaryCall;
  ListPlans(argument: _faultflix_billing_v1_ListPlansRequest, callback: grpc.requestCallback<_faultflix_billing_v1_ListPlansResponse__Output>): grpc.ClientUnaryCall;
  listPlans(argument: _faultflix_billing_v1_ListPlansRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_billing_v1_ListPlansResponse__Output>): grpc.ClientUnaryCall;
  listPlans(argument: _faultflix_billing_v1_ListPlansRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_faultflix_billing_v1_ListPlansResponse__Output>): grpc.ClientUnaryCall;
  listPlans(argument: _faultflix_billing_v1_ListPlansRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_billing_v1_ListPlansResponse__Output>): grpc.ClientUnaryCall;
  listPlans(argument: _faultflix_billing_v1_ListPlansRequest, callback: grpc.requestCallback<_faultflix_billing_v1_ListPlansResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Begins a subscription and charges its first period; changes the plan of one (prorated). Idempotent by idempotency key:
   * charged at most once a key. FORBIDDEN with code `card-declined` in `todo` when the card is refused.
   */
  Subscribe(argument: _faultflix_billing_v1_SubscribeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_billing_v1_Subscription__Output>): grpc.ClientUnaryCall;
  Subscribe(argument: _faultflix_billing_v1_SubscribeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_faultflix_billing_v1_Subscription__Output>): grpc.ClientUnaryCall;
  Subscribe(argument: _faultflix_billing_v1_SubscribeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_billing_v1_Subscription__Output>): grpc.ClientUnaryCall;
  Subscribe(argument: _faultflix_billing_v1_SubscribeRequest, callback: grpc.requestCallback<_faultflix_billing_v1_Subscription__Output>): grpc.ClientUnaryCall;
  /**
   * Begins a subscription and charges its first period; changes the plan of one (prorated). Idempotent by idempotency key:
   * charged at most once a key. FORBIDDEN with code `card-declined` in `todo` when the card is refused.
   */
  subscribe(argument: _faultflix_billing_v1_SubscribeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_billing_v1_Subscription__Output>): grpc.ClientUnaryCall;
  subscribe(argument: _faultflix_billing_v1_SubscribeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_faultflix_billing_v1_Subscription__Output>): grpc.ClientUnaryCall;
  subscribe(argument: _faultflix_billing_v1_SubscribeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_billing_v1_Subscription__Output>): grpc.ClientUnaryCall;
  subscribe(argument: _faultflix_billing_v1_SubscribeRequest, callback: grpc.requestCallback<_faultflix_billing_v1_Subscription__Output>): grpc.ClientUnaryCall;
  
}

/**
 * Plans, subscriptions, bills. Money is in minor units (cents) of a currency.
 */
export interface BillingHandlers extends grpc.UntypedServiceImplementation {
  /**
   * Ends it with the period that is paid for. Safe to repeat.
   */
  Cancel: grpc.handleUnaryCall<_faultflix_billing_v1_CancelRequest__Output, _faultflix_billing_v1_Subscription>;
  
  /**
   * What an account may watch. An account that never subscribed has plan `free`.
   */
  GetSubscription: grpc.handleUnaryCall<_faultflix_billing_v1_GetSubscriptionRequest__Output, _faultflix_billing_v1_Subscription>;
  
  ListBills: grpc.handleUnaryCall<_faultflix_billing_v1_ListBillsRequest__Output, _faultflix_billing_v1_ListBillsResponse>;
  
  ListPlans: grpc.handleUnaryCall<_faultflix_billing_v1_ListPlansRequest__Output, _faultflix_billing_v1_ListPlansResponse>;
  
  /**
   * Begins a subscription and charges its first period; changes the plan of one (prorated). Idempotent by idempotency key:
   * charged at most once a key. FORBIDDEN with code `card-declined` in `todo` when the card is refused.
   */
  Subscribe: grpc.handleUnaryCall<_faultflix_billing_v1_SubscribeRequest__Output, _faultflix_billing_v1_Subscription>;
  
}

export interface BillingDefinition extends grpc.ServiceDefinition {
  Cancel: MethodDefinition<_faultflix_billing_v1_CancelRequest, _faultflix_billing_v1_Subscription, _faultflix_billing_v1_CancelRequest__Output, _faultflix_billing_v1_Subscription__Output>
  GetSubscription: MethodDefinition<_faultflix_billing_v1_GetSubscriptionRequest, _faultflix_billing_v1_Subscription, _faultflix_billing_v1_GetSubscriptionRequest__Output, _faultflix_billing_v1_Subscription__Output>
  ListBills: MethodDefinition<_faultflix_billing_v1_ListBillsRequest, _faultflix_billing_v1_ListBillsResponse, _faultflix_billing_v1_ListBillsRequest__Output, _faultflix_billing_v1_ListBillsResponse__Output>
  ListPlans: MethodDefinition<_faultflix_billing_v1_ListPlansRequest, _faultflix_billing_v1_ListPlansResponse, _faultflix_billing_v1_ListPlansRequest__Output, _faultflix_billing_v1_ListPlansResponse__Output>
  Subscribe: MethodDefinition<_faultflix_billing_v1_SubscribeRequest, _faultflix_billing_v1_Subscription, _faultflix_billing_v1_SubscribeRequest__Output, _faultflix_billing_v1_Subscription__Output>
}
