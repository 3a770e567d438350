// Original file: platform/contracts/recommendations.proto


export interface SimilarResponse {
  'titleIds'?: (string)[];
}

export interface SimilarResponse__Output {
  'titleIds': (string)[];
}
