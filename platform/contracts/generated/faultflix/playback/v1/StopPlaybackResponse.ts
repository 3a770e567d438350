// Original file: platform/contracts/playback.proto


export interface StopPlaybackResponse {
}

export interface StopPlaybackResponse__Output {
}
