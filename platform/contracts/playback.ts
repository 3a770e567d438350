import { defineContract } from './contract.ts';
import type { PlaybackDefinition } from './generated/faultflix/playback/v1/Playback.ts';

/** `startPlayback` is safe to repeat with its idempotency key, so callers pass the key to the client too. */
export const playback = defineContract<PlaybackDefinition>({
  proto: 'playback.proto',
  service: 'faultflix.playback.v1.Playback',
  idempotent: ['heartbeat', 'stopPlayback', 'listPositions', 'getSteering'],
  reads: ['listPositions', 'getSteering'],
});
