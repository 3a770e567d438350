// Original file: platform/contracts/catalog.proto


export interface GetTitleRequest {
  'id'?: (string);
}

export interface GetTitleRequest__Output {
  'id': (string);
}
