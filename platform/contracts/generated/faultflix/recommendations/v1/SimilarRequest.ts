// Original file: platform/contracts/recommendations.proto


export interface SimilarRequest {
  'titleId'?: (string);
  'limit'?: (number);
}

export interface SimilarRequest__Output {
  'titleId': (string);
  'limit': (number);
}
