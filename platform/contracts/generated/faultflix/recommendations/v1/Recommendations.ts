// Original file: platform/contracts/recommendations.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { HomeRequest as _faultflix_recommendations_v1_HomeRequest, HomeRequest__Output as _faultflix_recommendations_v1_HomeRequest__Output } from '../../../faultflix/recommendations/v1/HomeRequest.ts';
import type { HomeResponse as _faultflix_recommendations_v1_HomeResponse, HomeResponse__Output as _faultflix_recommendations_v1_HomeResponse__Output } from '../../../faultflix/recommendations/v1/HomeResponse.ts';
import type { RecordRequest as _faultflix_recommendations_v1_RecordRequest, RecordRequest__Output as _faultflix_recommendations_v1_RecordRequest__Output } from '../../../faultflix/recommendations/v1/RecordRequest.ts';
import type { RecordResponse as _faultflix_recommendations_v1_RecordResponse, RecordResponse__Output as _faultflix_recommendations_v1_RecordResponse__Output } from '../../../faultflix/recommendations/v1/RecordResponse.ts';
import type { SimilarRequest as _faultflix_recommendations_v1_SimilarRequest, SimilarRequest__Output as _faultflix_recommendations_v1_SimilarRequest__Output } from '../../../faultflix/recommendations/v1/SimilarRequest.ts';
import type { SimilarResponse as _faultflix_recommendations_v1_SimilarResponse, SimilarResponse__Output as _faultflix_recommendations_v1_SimilarResponse__Output } from '../../../faultflix/recommendations/v1/SimilarResponse.ts';

/**
 * What a profile may like.
 */
export interface RecommendationsClient extends grpc.Client {
  /**
   * Rows of title ids, the best first. A profile that nothing is known of gets the popular ones.
   */
  Home(argument: _faultflix_recommendations_v1_HomeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_recommendations_v1_HomeResponse__Output>): grpc.ClientUnaryCall;
  Home(argument: _faultflix_recommendations_v1_HomeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_faultflix_recommendations_v1_HomeResponse__Output>): grpc.ClientUnaryCall;
  Home(argument: _faultflix_recommendations_v1_HomeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_recommendations_v1_HomeResponse__Output>): grpc.ClientUnaryCall;
  Home(argument: _faultflix_recommendations_v1_HomeRequest, callback: grpc.requestCallback<_faultflix_recommendations_v1_HomeResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Rows of title ids, the best first. A profile that nothing is known of gets the popular ones.
   */
  home(argument: _faultflix_recommendations_v1_HomeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_recommendations_v1_HomeResponse__Output>): grpc.ClientUnaryCall;
  home(argument: _faultflix_recommendations_v1_HomeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_faultflix_recommendations_v1_HomeResponse__Output>): grpc.ClientUnaryCall;
  home(argument: _faultflix_recommendations_v1_HomeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_recommendations_v1_HomeResponse__Output>): grpc.ClientUnaryCall;
  home(argument: _faultflix_recommendations_v1_HomeRequest, callback: grpc.requestCallback<_faultflix_recommendations_v1_HomeResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * What a profile did; moves its home rows within 5 s. Safe to repeat: an event counts once by its id.
   */
  Record(argument: _faultflix_recommendations_v1_RecordRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_recommendations_v1_RecordResponse__Output>): grpc.ClientUnaryCall;
  Record(argument: _faultflix_recommendations_v1_RecordRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_faultflix_recommendations_v1_RecordResponse__Output>): grpc.ClientUnaryCall;
  Record(argument: _faultflix_recommendations_v1_RecordRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_recommendations_v1_RecordResponse__Output>): grpc.ClientUnaryCall;
  Record(argument: _faultflix_recommendations_v1_RecordRequest, callback: grpc.requestCallback<_faultflix_recommendations_v1_RecordResponse__Output>): grpc.ClientUnaryCall;
  /**
   * What a profile did; moves its home rows within 5 s. Safe to repeat: an event counts once by its id.
   */
  record(argument: _faultflix_recommendations_v1_RecordRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_recommendations_v1_RecordResponse__Output>): grpc.ClientUnaryCall;
  record(argument: _faultflix_recommendations_v1_RecordRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_faultflix_recommendations_v1_RecordResponse__Output>): grpc.ClientUnaryCall;
  record(argument: _faultflix_recommendations_v1_RecordRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_recommendations_v1_RecordResponse__Output>): grpc.ClientUnaryCall;
  record(argument: _faultflix_recommendations_v1_RecordRequest, callback: grpc.requestCallback<_faultflix_recommendations_v1_RecordResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Titles that are kin to one.
   */
  Similar(argument: _faultflix_recommendations_v1_SimilarRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_recommendations_v1_SimilarResponse__Output>): grpc.ClientUnaryCall;
  Similar(argument: _faultflix_recommendations_v1_SimilarRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_faultflix_recommendations_v1_SimilarResponse__Output>): grpc.ClientUnaryCall;
  Similar(argument: _faultflix_recommendations_v1_SimilarRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_recommendations_v1_SimilarResponse__Output>): grpc.ClientUnaryCall;
  Similar(argument: _faultflix_recommendations_v1_SimilarRequest, callback: grpc.requestCallback<_faultflix_recommendations_v1_SimilarResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Titles that are kin to one.
   */
  similar(argument: _faultflix_recommendations_v1_SimilarRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_recommendations_v1_SimilarResponse__Output>): grpc.ClientUnaryCall;
  similar(argument: _faultflix_recommendations_v1_SimilarRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_faultflix_recommendations_v1_SimilarResponse__Output>): grpc.ClientUnaryCall;
  similar(argument: _faultflix_recommendations_v1_SimilarRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_recommendations_v1_SimilarResponse__Output>): grpc.ClientUnaryCall;
  similar(argument: _faultflix_recommendations_v1_SimilarRequest, callback: grpc.requestCallback<_faultflix_recommendations_v1_SimilarResponse__Output>): grpc.ClientUnaryCall;
  
}

/**
 * What a profile may like.
 */
export interface RecommendationsHandlers extends grpc.UntypedServiceImplementation {
  /**
   * Rows of title ids, the best first. A profile that nothing is known of gets the popular ones.
   */
  Home: grpc.handleUnaryCall<_faultflix_recommendations_v1_HomeRequest__Output, _faultflix_recommendations_v1_HomeResponse>;
  
  /**
   * What a profile did; moves its home rows within 5 s. Safe to repeat: an event counts once by its id.
   */
  Record: grpc.handleUnaryCall<_faultflix_recommendations_v1_RecordRequest__Output, _faultflix_recommendations_v1_RecordResponse>;
  
  /**
   * Titles that are kin to one.
   */
  Similar: grpc.handleUnaryCall<_faultflix_recommendations_v1_SimilarRequest__Output, _faultflix_recommendations_v1_SimilarResponse>;
  
}

export interface RecommendationsDefinition extends grpc.ServiceDefinition {
  Home: MethodDefinition<_faultflix_recommendations_v1_HomeRequest, _faultflix_recommendations_v1_HomeResponse, _faultflix_recommendations_v1_HomeRequest__Output, _faultflix_recommendations_v1_HomeResponse__Output>
  Record: MethodDefinition<_faultflix_recommendations_v1_RecordRequest, _faultflix_recommendations_v1_RecordResponse, _faultflix_recommendations_v1_RecordRequest__Output, _faultflix_recommendations_v1_RecordResponse__Output>
  Similar: MethodDefinition<_faultflix_recommendations_v1_SimilarRequest, _faultflix_recommendations_v1_SimilarResponse, _faultflix_recommendations_v1_SimilarRequest__Output, _faultflix_recommendations_v1_SimilarResponse__Output>
}
