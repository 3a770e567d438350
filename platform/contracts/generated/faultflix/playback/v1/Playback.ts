// Original file: platform/contracts/playback.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { HeartbeatRequest as _faultflix_playback_v1_HeartbeatRequest, HeartbeatRequest__Output as _faultflix_playback_v1_HeartbeatRequest__Output } from '../../../faultflix/playback/v1/HeartbeatRequest.ts';
import type { HeartbeatResponse as _faultflix_playback_v1_HeartbeatResponse, HeartbeatResponse__Output as _faultflix_playback_v1_HeartbeatResponse__Output } from '../../../faultflix/playback/v1/HeartbeatResponse.ts';
import type { StartPlaybackRequest as _faultflix_playback_v1_StartPlaybackRequest, StartPlaybackRequest__Output as _faultflix_playback_v1_StartPlaybackRequest__Output } from '../../../faultflix/playback/v1/StartPlaybackRequest.ts';
import type { StartPlaybackResponse as _faultflix_playback_v1_StartPlaybackResponse, StartPlaybackResponse__Output as _faultflix_playback_v1_StartPlaybackResponse__Output } from '../../../faultflix/playback/v1/StartPlaybackResponse.ts';

/**
 * Starts streams and hears that they still play.
 */
export interface PlaybackClient extends grpc.Client {
  /**
   * Safe to repeat. Needs no memory of the start, so it is answered after the pod that started the stream has died.
   */
  Heartbeat(argument: _faultflix_playback_v1_HeartbeatRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_playback_v1_HeartbeatResponse__Output>): grpc.ClientUnaryCall;
  Heartbeat(argument: _faultflix_playback_v1_HeartbeatRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_faultflix_playback_v1_HeartbeatResponse__Output>): grpc.ClientUnaryCall;
  Heartbeat(argument: _faultflix_playback_v1_HeartbeatRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_playback_v1_HeartbeatResponse__Output>): grpc.ClientUnaryCall;
  Heartbeat(argument: _faultflix_playback_v1_HeartbeatRequest, callback: grpc.requestCallback<_faultflix_playback_v1_HeartbeatResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Safe to repeat. Needs no memory of the start, so it is answered after the pod that started the stream has died.
   */
  heartbeat(argument: _faultflix_playback_v1_HeartbeatRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_playback_v1_HeartbeatResponse__Output>): grpc.ClientUnaryCall;
  heartbeat(argument: _faultflix_playback_v1_HeartbeatRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_faultflix_playback_v1_HeartbeatResponse__Output>): grpc.ClientUnaryCall;
  heartbeat(argument: _faultflix_playback_v1_HeartbeatRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_playback_v1_HeartbeatResponse__Output>): grpc.ClientUnaryCall;
  heartbeat(argument: _faultflix_playback_v1_HeartbeatRequest, callback: grpc.requestCallback<_faultflix_playback_v1_HeartbeatResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Idempotent by idempotency_key within a session and title: the same key gives the same playback, from whichever pod
   * answers. NOT_FOUND when the title does not exist.
   */
  StartPlayback(argument: _faultflix_playback_v1_StartPlaybackRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_playback_v1_StartPlaybackResponse__Output>): grpc.ClientUnaryCall;
  StartPlayback(argument: _faultflix_playback_v1_StartPlaybackRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_faultflix_playback_v1_StartPlaybackResponse__Output>): grpc.ClientUnaryCall;
  StartPlayback(argument: _faultflix_playback_v1_StartPlaybackRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_playback_v1_StartPlaybackResponse__Output>): grpc.ClientUnaryCall;
  StartPlayback(argument: _faultflix_playback_v1_StartPlaybackRequest, callback: grpc.requestCallback<_faultflix_playback_v1_StartPlaybackResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Idempotent by idempotency_key within a session and title: the same key gives the same playback, from whichever pod
   * answers. NOT_FOUND when the title does not exist.
   */
  startPlayback(argument: _faultflix_playback_v1_StartPlaybackRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_playback_v1_StartPlaybackResponse__Output>): grpc.ClientUnaryCall;
  startPlayback(argument: _faultflix_playback_v1_StartPlaybackRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_faultflix_playback_v1_StartPlaybackResponse__Output>): grpc.ClientUnaryCall;
  startPlayback(argument: _faultflix_playback_v1_StartPlaybackRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_playback_v1_StartPlaybackResponse__Output>): grpc.ClientUnaryCall;
  startPlayback(argument: _faultflix_playback_v1_StartPlaybackRequest, callback: grpc.requestCallback<_faultflix_playback_v1_StartPlaybackResponse__Output>): grpc.ClientUnaryCall;
  
}

/**
 * Starts streams and hears that they still play.
 */
export interface PlaybackHandlers extends grpc.UntypedServiceImplementation {
  /**
   * Safe to repeat. Needs no memory of the start, so it is answered after the pod that started the stream has died.
   */
  Heartbeat: grpc.handleUnaryCall<_faultflix_playback_v1_HeartbeatRequest__Output, _faultflix_playback_v1_HeartbeatResponse>;
  
  /**
   * Idempotent by idempotency_key within a session and title: the same key gives the same playback, from whichever pod
   * answers. NOT_FOUND when the title does not exist.
   */
  StartPlayback: grpc.handleUnaryCall<_faultflix_playback_v1_StartPlaybackRequest__Output, _faultflix_playback_v1_StartPlaybackResponse>;
  
}

export interface PlaybackDefinition extends grpc.ServiceDefinition {
  Heartbeat: MethodDefinition<_faultflix_playback_v1_HeartbeatRequest, _faultflix_playback_v1_HeartbeatResponse, _faultflix_playback_v1_HeartbeatRequest__Output, _faultflix_playback_v1_HeartbeatResponse__Output>
  StartPlayback: MethodDefinition<_faultflix_playback_v1_StartPlaybackRequest, _faultflix_playback_v1_StartPlaybackResponse, _faultflix_playback_v1_StartPlaybackRequest__Output, _faultflix_playback_v1_StartPlaybackResponse__Output>
}
