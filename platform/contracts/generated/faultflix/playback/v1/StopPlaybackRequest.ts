// Original file: platform/contracts/playback.proto

import type { Long } from '@grpc/proto-loader';

export interface StopPlaybackRequest {
  'session'?: (string);
  'playback'?: (string);
  'account'?: (string);
  /**
   * Where it stopped, of which title, for whom; with an empty profile or title it is not kept.
   */
  'profile'?: (string);
  'titleId'?: (string);
  'positionMs'?: (number | string | Long);
}

export interface StopPlaybackRequest__Output {
  'session': (string);
  'playback': (string);
  'account': (string);
  /**
   * Where it stopped, of which title, for whom; with an empty profile or title it is not kept.
   */
  'profile': (string);
  'titleId': (string);
  'positionMs': (number);
}
