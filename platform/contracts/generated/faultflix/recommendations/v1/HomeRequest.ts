// Original file: platform/contracts/recommendations.proto


export interface HomeRequest {
  'profile'?: (string);
  'rows'?: (number);
  'rowLength'?: (number);
}

export interface HomeRequest__Output {
  'profile': (string);
  'rows': (number);
  'rowLength': (number);
}
