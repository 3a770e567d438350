// Original file: platform/contracts/recommendations.proto

import type { Row as _faultflix_recommendations_v1_Row, Row__Output as _faultflix_recommendations_v1_Row__Output } from '../../../faultflix/recommendations/v1/Row.ts';

export interface HomeResponse {
  'rows'?: (_faultflix_recommendations_v1_Row)[];
}

export interface HomeResponse__Output {
  'rows': (_faultflix_recommendations_v1_Row__Output)[];
}
