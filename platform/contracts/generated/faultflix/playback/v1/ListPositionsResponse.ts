// Original file: platform/contracts/playback.proto

import type { Position as _faultflix_playback_v1_Position, Position__Output as _faultflix_playback_v1_Position__Output } from '../../../faultflix/playback/v1/Position.ts';

export interface ListPositionsResponse {
  'positions'?: (_faultflix_playback_v1_Position)[];
}

export interface ListPositionsResponse__Output {
  'positions': (_faultflix_playback_v1_Position__Output)[];
}
