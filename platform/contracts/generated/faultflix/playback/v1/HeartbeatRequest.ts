// Original file: platform/contracts/playback.proto

import type { Long } from '@grpc/proto-loader';

export interface HeartbeatRequest {
  'session'?: (string);
  'playback'?: (string);
  'positionMs'?: (number | string | Long);
}

export interface HeartbeatRequest__Output {
  'session': (string);
  'playback': (string);
  'positionMs': (number);
}
