import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { Event as _faultflix_recommendations_v1_Event, Event__Output as _faultflix_recommendations_v1_Event__Output } from './faultflix/recommendations/v1/Event.ts';
import type { HomeRequest as _faultflix_recommendations_v1_HomeRequest, HomeRequest__Output as _faultflix_recommendations_v1_HomeRequest__Output } from './faultflix/recommendations/v1/HomeRequest.ts';
import type { HomeResponse as _faultflix_recommendations_v1_HomeResponse, HomeResponse__Output as _faultflix_recommendations_v1_HomeResponse__Output } from './faultflix/recommendations/v1/HomeResponse.ts';
import type { RecommendationsClient as _faultflix_recommendations_v1_RecommendationsClient, RecommendationsDefinition as _faultflix_recommendations_v1_RecommendationsDefinition } from './faultflix/recommendations/v1/Recommendations.ts';
import type { RecordRequest as _faultflix_recommendations_v1_RecordRequest, RecordRequest__Output as _faultflix_recommendations_v1_RecordRequest__Output } from './faultflix/recommendations/v1/RecordRequest.ts';
import type { RecordResponse as _faultflix_recommendations_v1_RecordResponse, RecordResponse__Output as _faultflix_recommendations_v1_RecordResponse__Output } from './faultflix/recommendations/v1/RecordResponse.ts';
import type { Row as _faultflix_recommendations_v1_Row, Row__Output as _faultflix_recommendations_v1_Row__Output } from './faultflix/recommendations/v1/Row.ts';
import type { SimilarRequest as _faultflix_recommendations_v1_SimilarRequest, SimilarRequest__Output as _faultflix_recommendations_v1_SimilarRequest__Output } from './faultflix/recommendations/v1/SimilarRequest.ts';
import type { SimilarResponse as _faultflix_recommendations_v1_SimilarResponse, SimilarResponse__Output as _faultflix_recommendations_v1_SimilarResponse__Output } from './faultflix/recommendations/v1/SimilarResponse.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  faultflix: {
    recommendations: {
      v1: {
        Event: MessageTypeDefinition<_faultflix_recommendations_v1_Event, _faultflix_recommendations_v1_Event__Output>
        HomeRequest: MessageTypeDefinition<_faultflix_recommendations_v1_HomeRequest, _faultflix_recommendations_v1_HomeRequest__Output>
        HomeResponse: MessageTypeDefinition<_faultflix_recommendations_v1_HomeResponse, _faultflix_recommendations_v1_HomeResponse__Output>
        /**
         * What a profile may like.
         */
        Recommendations: SubtypeConstructor<typeof grpc.Client, _faultflix_recommendations_v1_RecommendationsClient> & { service: _faultflix_recommendations_v1_RecommendationsDefinition }
        RecordRequest: MessageTypeDefinition<_faultflix_recommendations_v1_RecordRequest, _faultflix_recommendations_v1_RecordRequest__Output>
        RecordResponse: MessageTypeDefinition<_faultflix_recommendations_v1_RecordResponse, _faultflix_recommendations_v1_RecordResponse__Output>
        Row: MessageTypeDefinition<_faultflix_recommendations_v1_Row, _faultflix_recommendations_v1_Row__Output>
        SimilarRequest: MessageTypeDefinition<_faultflix_recommendations_v1_SimilarRequest, _faultflix_recommendations_v1_SimilarRequest__Output>
        SimilarResponse: MessageTypeDefinition<_faultflix_recommendations_v1_SimilarResponse, _faultflix_recommendations_v1_SimilarResponse__Output>
      }
    }
  }
}

