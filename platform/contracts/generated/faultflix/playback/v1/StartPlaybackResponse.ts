// Original file: platform/contracts/playback.proto

import type { Long } from '@grpc/proto-loader';

export interface StartPlaybackResponse {
  'playback'?: (string);
  'titleId'?: (string);
  /**
   * Origins (https://ip:port), best first.
   */
  'edges'?: (string)[];
  /**
   * Paths on every edge, signed for this session.
   */
  'hls'?: (string);
  'dash'?: (string);
  'heartbeatMs'?: (number);
  /**
   * When the signature of the paths runs out, milliseconds since the epoch.
   */
  'expiresAtMs'?: (number | string | Long);
  /**
   * Where to go on; 0: from the beginning.
   */
  'resumeMs'?: (number | string | Long);
  /**
   * Path and query of a steering manifest on every router (HLS and DASH content steering):
   * `/v1/steering/<playback>?session=…&home=…`, the fields of GetSteeringRequest.
   */
  'steering'?: (string);
}

export interface StartPlaybackResponse__Output {
  'playback': (string);
  'titleId': (string);
  /**
   * Origins (https://ip:port), best first.
   */
  'edges': (string)[];
  /**
   * Paths on every edge, signed for this session.
   */
  'hls': (string);
  'dash': (string);
  'heartbeatMs': (number);
  /**
   * When the signature of the paths runs out, milliseconds since the epoch.
   */
  'expiresAtMs': (number);
  /**
   * Where to go on; 0: from the beginning.
   */
  'resumeMs': (number);
  /**
   * Path and query of a steering manifest on every router (HLS and DASH content steering):
   * `/v1/steering/<playback>?session=…&home=…`, the fields of GetSteeringRequest.
   */
  'steering': (string);
}
