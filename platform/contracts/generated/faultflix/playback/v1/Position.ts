// Original file: platform/contracts/playback.proto

import type { Long } from '@grpc/proto-loader';

export interface Position {
  'titleId'?: (string);
  'positionMs'?: (number | string | Long);
  'atMs'?: (number | string | Long);
}

export interface Position__Output {
  'titleId': (string);
  'positionMs': (number);
  'atMs': (number);
}
