// Original file: platform/contracts/recommendations.proto

import type { Long } from '@grpc/proto-loader';

export interface Event {
  'id'?: (string);
  /**
   * play | finish | like | dislike
   */
  'kind'?: (string);
  'titleId'?: (string);
  'atMs'?: (number | string | Long);
}

export interface Event__Output {
  'id': (string);
  /**
   * play | finish | like | dislike
   */
  'kind': (string);
  'titleId': (string);
  'atMs': (number);
}
