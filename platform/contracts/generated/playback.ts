import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { GetSteeringRequest as _faultflix_playback_v1_GetSteeringRequest, GetSteeringRequest__Output as _faultflix_playback_v1_GetSteeringRequest__Output } from './faultflix/playback/v1/GetSteeringRequest.ts';
import type { GetSteeringResponse as _faultflix_playback_v1_GetSteeringResponse, GetSteeringResponse__Output as _faultflix_playback_v1_GetSteeringResponse__Output } from './faultflix/playback/v1/GetSteeringResponse.ts';
import type { HeartbeatRequest as _faultflix_playback_v1_HeartbeatRequest, HeartbeatRequest__Output as _faultflix_playback_v1_HeartbeatRequest__Output } from './faultflix/playback/v1/HeartbeatRequest.ts';
import type { HeartbeatResponse as _faultflix_playback_v1_HeartbeatResponse, HeartbeatResponse__Output as _faultflix_playback_v1_HeartbeatResponse__Output } from './faultflix/playback/v1/HeartbeatResponse.ts';
import type { ListPositionsRequest as _faultflix_playback_v1_ListPositionsRequest, ListPositionsRequest__Output as _faultflix_playback_v1_ListPositionsRequest__Output } from './faultflix/playback/v1/ListPositionsRequest.ts';
import type { ListPositionsResponse as _faultflix_playback_v1_ListPositionsResponse, ListPositionsResponse__Output as _faultflix_playback_v1_ListPositionsResponse__Output } from './faultflix/playback/v1/ListPositionsResponse.ts';
import type { PlaybackClient as _faultflix_playback_v1_PlaybackClient, PlaybackDefinition as _faultflix_playback_v1_PlaybackDefinition } from './faultflix/playback/v1/Playback.ts';
import type { Position as _faultflix_playback_v1_Position, Position__Output as _faultflix_playback_v1_Position__Output } from './faultflix/playback/v1/Position.ts';
import type { StartPlaybackRequest as _faultflix_playback_v1_StartPlaybackRequest, StartPlaybackRequest__Output as _faultflix_playback_v1_StartPlaybackRequest__Output } from './faultflix/playback/v1/StartPlaybackRequest.ts';
import type { StartPlaybackResponse as _faultflix_playback_v1_StartPlaybackResponse, StartPlaybackResponse__Output as _faultflix_playback_v1_StartPlaybackResponse__Output } from './faultflix/playback/v1/StartPlaybackResponse.ts';
import type { StopPlaybackRequest as _faultflix_playback_v1_StopPlaybackRequest, StopPlaybackRequest__Output as _faultflix_playback_v1_StopPlaybackRequest__Output } from './faultflix/playback/v1/StopPlaybackRequest.ts';
import type { StopPlaybackResponse as _faultflix_playback_v1_StopPlaybackResponse, StopPlaybackResponse__Output as _faultflix_playback_v1_StopPlaybackResponse__Output } from './faultflix/playback/v1/StopPlaybackResponse.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  faultflix: {
    playback: {
      v1: {
        GetSteeringRequest: MessageTypeDefinition<_faultflix_playback_v1_GetSteeringRequest, _faultflix_playback_v1_GetSteeringRequest__Output>
        GetSteeringResponse: MessageTypeDefinition<_faultflix_playback_v1_GetSteeringResponse, _faultflix_playback_v1_GetSteeringResponse__Output>
        HeartbeatRequest: MessageTypeDefinition<_faultflix_playback_v1_HeartbeatRequest, _faultflix_playback_v1_HeartbeatRequest__Output>
        HeartbeatResponse: MessageTypeDefinition<_faultflix_playback_v1_HeartbeatResponse, _faultflix_playback_v1_HeartbeatResponse__Output>
        ListPositionsRequest: MessageTypeDefinition<_faultflix_playback_v1_ListPositionsRequest, _faultflix_playback_v1_ListPositionsRequest__Output>
        ListPositionsResponse: MessageTypeDefinition<_faultflix_playback_v1_ListPositionsResponse, _faultflix_playback_v1_ListPositionsResponse__Output>
        /**
         * Starts streams and hears that they still play.
         */
        Playback: SubtypeConstructor<typeof grpc.Client, _faultflix_playback_v1_PlaybackClient> & { service: _faultflix_playback_v1_PlaybackDefinition }
        Position: MessageTypeDefinition<_faultflix_playback_v1_Position, _faultflix_playback_v1_Position__Output>
        StartPlaybackRequest: MessageTypeDefinition<_faultflix_playback_v1_StartPlaybackRequest, _faultflix_playback_v1_StartPlaybackRequest__Output>
        StartPlaybackResponse: MessageTypeDefinition<_faultflix_playback_v1_StartPlaybackResponse, _faultflix_playback_v1_StartPlaybackResponse__Output>
        StopPlaybackRequest: MessageTypeDefinition<_faultflix_playback_v1_StopPlaybackRequest, _faultflix_playback_v1_StopPlaybackRequest__Output>
        StopPlaybackResponse: MessageTypeDefinition<_faultflix_playback_v1_StopPlaybackResponse, _faultflix_playback_v1_StopPlaybackResponse__Output>
      }
    }
  }
}

