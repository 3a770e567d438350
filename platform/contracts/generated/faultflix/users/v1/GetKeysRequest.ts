// Original file: platform/contracts/users.proto


export interface GetKeysRequest {
}

export interface GetKeysRequest__Output {
}
