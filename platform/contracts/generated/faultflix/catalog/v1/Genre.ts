// Original file: platform/contracts/catalog.proto


export interface Genre {
  'name'?: (string);
  'titles'?: (number);
}

export interface Genre__Output {
  'name': (string);
  'titles': (number);
}
