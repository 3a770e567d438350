// Original file: platform/contracts/catalog.proto


export interface ListGenresRequest {
  'country'?: (string);
}

export interface ListGenresRequest__Output {
  'country': (string);
}
