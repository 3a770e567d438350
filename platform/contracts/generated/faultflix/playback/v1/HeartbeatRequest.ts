// Original file: platform/contracts/playback.proto

import type { Long } from '@grpc/proto-loader';

export interface HeartbeatRequest {
  'session'?: (string);
  'playback'?: (string);
  'positionMs'?: (number | string | Long);
  'account'?: (string);
  'profile'?: (string);
  'titleId'?: (string);
  /**
   * Common Media Client Data (CTA-5004) as the player says it: `bl=8000,br=3200,su`.
   */
  'cmcd'?: (string);
}

export interface HeartbeatRequest__Output {
  'session': (string);
  'playback': (string);
  'positionMs': (number);
  'account': (string);
  'profile': (string);
  'titleId': (string);
  /**
   * Common Media Client Data (CTA-5004) as the player says it: `bl=8000,br=3200,su`.
   */
  'cmcd': (string);
}
