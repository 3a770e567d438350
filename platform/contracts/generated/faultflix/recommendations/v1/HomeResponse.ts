// Original file: platform/contracts/recommendations.proto

import type { Row as _faultflix_recommendations_v1_Row, Row__Output as _faultflix_recommendations_v1_Row__Output } from '../../../faultflix/recommendations/v1/Row.ts';

export interface HomeResponse {
  'rows'?: (_faultflix_recommendations_v1_Row)[];
  /**
   * What the profile did cannot be read just now: these are the popular ones.
   */
  'degraded'?: (boolean);
}

export interface HomeResponse__Output {
  'rows': (_faultflix_recommendations_v1_Row__Output)[];
  /**
   * What the profile did cannot be read just now: these are the popular ones.
   */
  'degraded': (boolean);
}
