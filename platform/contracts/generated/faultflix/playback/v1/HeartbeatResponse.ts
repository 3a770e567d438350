// Original file: platform/contracts/playback.proto


export interface HeartbeatResponse {
}

export interface HeartbeatResponse__Output {
}
