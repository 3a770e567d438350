// Original file: platform/contracts/playback.proto


export interface GetSteeringRequest {
  'playback'?: (string);
  'session'?: (string);
  'home'?: (string);
}

export interface GetSteeringRequest__Output {
  'playback': (string);
  'session': (string);
  'home': (string);
}
