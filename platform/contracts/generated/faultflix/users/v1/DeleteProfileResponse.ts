// Original file: platform/contracts/users.proto


export interface DeleteProfileResponse {
}

export interface DeleteProfileResponse__Output {
}
