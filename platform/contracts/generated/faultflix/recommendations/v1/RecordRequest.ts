// Original file: platform/contracts/recommendations.proto

import type { Event as _faultflix_recommendations_v1_Event, Event__Output as _faultflix_recommendations_v1_Event__Output } from '../../../faultflix/recommendations/v1/Event.ts';

export interface RecordRequest {
  'profile'?: (string);
  'events'?: (_faultflix_recommendations_v1_Event)[];
}

export interface RecordRequest__Output {
  'profile': (string);
  'events': (_faultflix_recommendations_v1_Event__Output)[];
}
