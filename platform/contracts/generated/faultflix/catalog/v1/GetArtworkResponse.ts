// Original file: platform/contracts/catalog.proto


export interface GetArtworkResponse {
  'image'?: (Buffer | Uint8Array | string);
  'contentType'?: (string);
}

export interface GetArtworkResponse__Output {
  'image': (Buffer);
  'contentType': (string);
}
