import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { HeartbeatRequest as _faultflix_playback_v1_HeartbeatRequest, HeartbeatRequest__Output as _faultflix_playback_v1_HeartbeatRequest__Output } from './faultflix/playback/v1/HeartbeatRequest.ts';
import type { HeartbeatResponse as _faultflix_playback_v1_HeartbeatResponse, HeartbeatResponse__Output as _faultflix_playback_v1_HeartbeatResponse__Output } from './faultflix/playback/v1/HeartbeatResponse.ts';
import type { PlaybackClient as _faultflix_playback_v1_PlaybackClient, PlaybackDefinition as _faultflix_playback_v1_PlaybackDefinition } from './faultflix/playback/v1/Playback.ts';
import type { StartPlaybackRequest as _faultflix_playback_v1_StartPlaybackRequest, StartPlaybackRequest__Output as _faultflix_playback_v1_StartPlaybackRequest__Output } from './faultflix/playback/v1/StartPlaybackRequest.ts';
import type { StartPlaybackResponse as _faultflix_playback_v1_StartPlaybackResponse, StartPlaybackResponse__Output as _faultflix_playback_v1_StartPlaybackResponse__Output } from './faultflix/playback/v1/StartPlaybackResponse.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  faultflix: {
    playback: {
      v1: {
        HeartbeatRequest: MessageTypeDefinition<_faultflix_playback_v1_HeartbeatRequest, _faultflix_playback_v1_HeartbeatRequest__Output>
        HeartbeatResponse: MessageTypeDefinition<_faultflix_playback_v1_HeartbeatResponse, _faultflix_playback_v1_HeartbeatResponse__Output>
        /**
         * Starts streams and hears that they still play.
         */
        Playback: SubtypeConstructor<typeof grpc.Client, _faultflix_playback_v1_PlaybackClient> & { service: _faultflix_playback_v1_PlaybackDefinition }
        StartPlaybackRequest: MessageTypeDefinition<_faultflix_playback_v1_StartPlaybackRequest, _faultflix_playback_v1_StartPlaybackRequest__Output>
        StartPlaybackResponse: MessageTypeDefinition<_faultflix_playback_v1_StartPlaybackResponse, _faultflix_playback_v1_StartPlaybackResponse__Output>
      }
    }
  }
}

