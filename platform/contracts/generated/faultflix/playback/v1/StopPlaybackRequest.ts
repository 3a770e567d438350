// Original file: platform/contracts/playback.proto


export interface StopPlaybackRequest {
  'session'?: (string);
  'playback'?: (string);
  'account'?: (string);
}

export interface StopPlaybackRequest__Output {
  'session': (string);
  'playback': (string);
  'account': (string);
}
