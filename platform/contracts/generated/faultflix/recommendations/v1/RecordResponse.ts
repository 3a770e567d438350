// Original file: platform/contracts/recommendations.proto


export interface RecordResponse {
}

export interface RecordResponse__Output {
}
