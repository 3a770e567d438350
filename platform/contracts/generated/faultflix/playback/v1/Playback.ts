// Original file: platform/contracts/playback.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { GetSteeringRequest as _faultflix_playback_v1_GetSteeringRequest, GetSteeringRequest__Output as _faultflix_playback_v1_GetSteeringRequest__Output } from '../../../faultflix/playback/v1/GetSteeringRequest.ts';
import type { GetSteeringResponse as _faultflix_playback_v1_GetSteeringResponse, GetSteeringResponse__Output as _faultflix_playback_v1_GetSteeringResponse__Output } from '../../../faultflix/playback/v1/GetSteeringResponse.ts';
import type { HeartbeatRequest as _faultflix_playback_v1_HeartbeatRequest, HeartbeatRequest__Output as _faultflix_playback_v1_HeartbeatRequest__Output } from '../../../faultflix/playback/v1/HeartbeatRequest.ts';
import type { HeartbeatResponse as _faultflix_playback_v1_HeartbeatResponse, HeartbeatResponse__Output as _faultflix_playback_v1_HeartbeatResponse__Output } from '../../../faultflix/playback/v1/HeartbeatResponse.ts';
import type { ListPositionsRequest as _faultflix_playback_v1_ListPositionsRequest, ListPositionsRequest__Output as _faultflix_playback_v1_ListPositionsRequest__Output } from '../../../faultflix/playback/v1/ListPositionsRequest.ts';
import type { ListPositionsResponse as _faultflix_playback_v1_ListPositionsResponse, ListPositionsResponse__Output as _faultflix_playback_v1_ListPositionsResponse__Output } from '../../../faultflix/playback/v1/ListPositionsResponse.ts';
import type { StartPlaybackRequest as _faultflix_playback_v1_StartPlaybackRequest, StartPlaybackRequest__Output as _faultflix_playback_v1_StartPlaybackRequest__Output } from '../../../faultflix/playback/v1/StartPlaybackRequest.ts';
import type { StartPlaybackResponse as _faultflix_playback_v1_StartPlaybackResponse, StartPlaybackResponse__Output as _faultflix_playback_v1_StartPlaybackResponse__Output } from '../../../faultflix/playback/v1/StartPlaybackResponse.ts';
import type { StopPlaybackRequest as _faultflix_playback_v1_StopPlaybackRequest, StopPlaybackRequest__Output as _faultflix_playback_v1_StopPlaybackRequest__Output } from '../../../faultflix/playback/v1/StopPlaybackRequest.ts';
import type { StopPlaybackResponse as _faultflix_playback_v1_StopPlaybackResponse, StopPlaybackResponse__Output as _faultflix_playback_v1_StopPlaybackResponse__Output } from '../../../faultflix/playback/v1/StopPlaybackResponse.ts';

/**
 * Starts streams and hears that they still play.
 */
export interface PlaybackClient extends grpc.Client {
  /**
   * Where a stream that plays should fetch from, in order. Needs no memory of the start.
   */
  GetSteering(argument: _faultflix_playback_v1_GetSteeringRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_playback_v1_GetSteeringResponse__Output>): grpc.ClientUnaryCall;
  GetSteering(argument: _faultflix_playback_v1_GetSteeringRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_faultflix_playback_v1_GetSteeringResponse__Output>): grpc.ClientUnaryCall;
  GetSteering(argument: _faultflix_playback_v1_GetSteeringRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_playback_v1_GetSteeringResponse__Output>): grpc.ClientUnaryCall;
  GetSteering(argument: _faultflix_playback_v1_GetSteeringRequest, callback: grpc.requestCallback<_faultflix_playback_v1_GetSteeringResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Where a stream that plays should fetch from, in order. Needs no memory of the start.
   */
  getSteering(argument: _faultflix_playback_v1_GetSteeringRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_playback_v1_GetSteeringResponse__Output>): grpc.ClientUnaryCall;
  getSteering(argument: _faultflix_playback_v1_GetSteeringRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_faultflix_playback_v1_GetSteeringResponse__Output>): grpc.ClientUnaryCall;
  getSteering(argument: _faultflix_playback_v1_GetSteeringRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_playback_v1_GetSteeringResponse__Output>): grpc.ClientUnaryCall;
  getSteering(argument: _faultflix_playback_v1_GetSteeringRequest, callback: grpc.requestCallback<_faultflix_playback_v1_GetSteeringResponse__Output>): grpc.ClientUnaryCall;
  
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
   * Where a profile stopped watching, the latest first.
   */
  ListPositions(argument: _faultflix_playback_v1_ListPositionsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_playback_v1_ListPositionsResponse__Output>): grpc.ClientUnaryCall;
  ListPositions(argument: _faultflix_playback_v1_ListPositionsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_faultflix_playback_v1_ListPositionsResponse__Output>): grpc.ClientUnaryCall;
  ListPositions(argument: _faultflix_playback_v1_ListPositionsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_playback_v1_ListPositionsResponse__Output>): grpc.ClientUnaryCall;
  ListPositions(argument: _faultflix_playback_v1_ListPositionsRequest, callback: grpc.requestCallback<_faultflix_playback_v1_ListPositionsResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Where a profile stopped watching, the latest first.
   */
  listPositions(argument: _faultflix_playback_v1_ListPositionsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_playback_v1_ListPositionsResponse__Output>): grpc.ClientUnaryCall;
  listPositions(argument: _faultflix_playback_v1_ListPositionsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_faultflix_playback_v1_ListPositionsResponse__Output>): grpc.ClientUnaryCall;
  listPositions(argument: _faultflix_playback_v1_ListPositionsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_playback_v1_ListPositionsResponse__Output>): grpc.ClientUnaryCall;
  listPositions(argument: _faultflix_playback_v1_ListPositionsRequest, callback: grpc.requestCallback<_faultflix_playback_v1_ListPositionsResponse__Output>): grpc.ClientUnaryCall;
  
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
  
  /**
   * The stream ends and gives its place back. Safe to repeat.
   */
  StopPlayback(argument: _faultflix_playback_v1_StopPlaybackRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_playback_v1_StopPlaybackResponse__Output>): grpc.ClientUnaryCall;
  StopPlayback(argument: _faultflix_playback_v1_StopPlaybackRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_faultflix_playback_v1_StopPlaybackResponse__Output>): grpc.ClientUnaryCall;
  StopPlayback(argument: _faultflix_playback_v1_StopPlaybackRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_playback_v1_StopPlaybackResponse__Output>): grpc.ClientUnaryCall;
  StopPlayback(argument: _faultflix_playback_v1_StopPlaybackRequest, callback: grpc.requestCallback<_faultflix_playback_v1_StopPlaybackResponse__Output>): grpc.ClientUnaryCall;
  /**
   * The stream ends and gives its place back. Safe to repeat.
   */
  stopPlayback(argument: _faultflix_playback_v1_StopPlaybackRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_playback_v1_StopPlaybackResponse__Output>): grpc.ClientUnaryCall;
  stopPlayback(argument: _faultflix_playback_v1_StopPlaybackRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_faultflix_playback_v1_StopPlaybackResponse__Output>): grpc.ClientUnaryCall;
  stopPlayback(argument: _faultflix_playback_v1_StopPlaybackRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_playback_v1_StopPlaybackResponse__Output>): grpc.ClientUnaryCall;
  stopPlayback(argument: _faultflix_playback_v1_StopPlaybackRequest, callback: grpc.requestCallback<_faultflix_playback_v1_StopPlaybackResponse__Output>): grpc.ClientUnaryCall;
  
}

/**
 * Starts streams and hears that they still play.
 */
export interface PlaybackHandlers extends grpc.UntypedServiceImplementation {
  /**
   * Where a stream that plays should fetch from, in order. Needs no memory of the start.
   */
  GetSteering: grpc.handleUnaryCall<_faultflix_playback_v1_GetSteeringRequest__Output, _faultflix_playback_v1_GetSteeringResponse>;
  
  /**
   * Safe to repeat. Needs no memory of the start, so it is answered after the pod that started the stream has died.
   */
  Heartbeat: grpc.handleUnaryCall<_faultflix_playback_v1_HeartbeatRequest__Output, _faultflix_playback_v1_HeartbeatResponse>;
  
  /**
   * Where a profile stopped watching, the latest first.
   */
  ListPositions: grpc.handleUnaryCall<_faultflix_playback_v1_ListPositionsRequest__Output, _faultflix_playback_v1_ListPositionsResponse>;
  
  /**
   * Idempotent by idempotency_key within a session and title: the same key gives the same playback, from whichever pod
   * answers. NOT_FOUND when the title does not exist.
   */
  StartPlayback: grpc.handleUnaryCall<_faultflix_playback_v1_StartPlaybackRequest__Output, _faultflix_playback_v1_StartPlaybackResponse>;
  
  /**
   * The stream ends and gives its place back. Safe to repeat.
   */
  StopPlayback: grpc.handleUnaryCall<_faultflix_playback_v1_StopPlaybackRequest__Output, _faultflix_playback_v1_StopPlaybackResponse>;
  
}

export interface PlaybackDefinition extends grpc.ServiceDefinition {
  GetSteering: MethodDefinition<_faultflix_playback_v1_GetSteeringRequest, _faultflix_playback_v1_GetSteeringResponse, _faultflix_playback_v1_GetSteeringRequest__Output, _faultflix_playback_v1_GetSteeringResponse__Output>
  Heartbeat: MethodDefinition<_faultflix_playback_v1_HeartbeatRequest, _faultflix_playback_v1_HeartbeatResponse, _faultflix_playback_v1_HeartbeatRequest__Output, _faultflix_playback_v1_HeartbeatResponse__Output>
  ListPositions: MethodDefinition<_faultflix_playback_v1_ListPositionsRequest, _faultflix_playback_v1_ListPositionsResponse, _faultflix_playback_v1_ListPositionsRequest__Output, _faultflix_playback_v1_ListPositionsResponse__Output>
  StartPlayback: MethodDefinition<_faultflix_playback_v1_StartPlaybackRequest, _faultflix_playback_v1_StartPlaybackResponse, _faultflix_playback_v1_StartPlaybackRequest__Output, _faultflix_playback_v1_StartPlaybackResponse__Output>
  StopPlayback: MethodDefinition<_faultflix_playback_v1_StopPlaybackRequest, _faultflix_playback_v1_StopPlaybackResponse, _faultflix_playback_v1_StopPlaybackRequest__Output, _faultflix_playback_v1_StopPlaybackResponse__Output>
}
