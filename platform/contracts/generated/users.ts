import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { Account as _faultflix_users_v1_Account, Account__Output as _faultflix_users_v1_Account__Output } from './faultflix/users/v1/Account.ts';
import type { CreateAccountRequest as _faultflix_users_v1_CreateAccountRequest, CreateAccountRequest__Output as _faultflix_users_v1_CreateAccountRequest__Output } from './faultflix/users/v1/CreateAccountRequest.ts';
import type { CreateProfileRequest as _faultflix_users_v1_CreateProfileRequest, CreateProfileRequest__Output as _faultflix_users_v1_CreateProfileRequest__Output } from './faultflix/users/v1/CreateProfileRequest.ts';
import type { DeleteProfileRequest as _faultflix_users_v1_DeleteProfileRequest, DeleteProfileRequest__Output as _faultflix_users_v1_DeleteProfileRequest__Output } from './faultflix/users/v1/DeleteProfileRequest.ts';
import type { DeleteProfileResponse as _faultflix_users_v1_DeleteProfileResponse, DeleteProfileResponse__Output as _faultflix_users_v1_DeleteProfileResponse__Output } from './faultflix/users/v1/DeleteProfileResponse.ts';
import type { GetAccountRequest as _faultflix_users_v1_GetAccountRequest, GetAccountRequest__Output as _faultflix_users_v1_GetAccountRequest__Output } from './faultflix/users/v1/GetAccountRequest.ts';
import type { GetKeysRequest as _faultflix_users_v1_GetKeysRequest, GetKeysRequest__Output as _faultflix_users_v1_GetKeysRequest__Output } from './faultflix/users/v1/GetKeysRequest.ts';
import type { GetKeysResponse as _faultflix_users_v1_GetKeysResponse, GetKeysResponse__Output as _faultflix_users_v1_GetKeysResponse__Output } from './faultflix/users/v1/GetKeysResponse.ts';
import type { ListProfilesRequest as _faultflix_users_v1_ListProfilesRequest, ListProfilesRequest__Output as _faultflix_users_v1_ListProfilesRequest__Output } from './faultflix/users/v1/ListProfilesRequest.ts';
import type { ListProfilesResponse as _faultflix_users_v1_ListProfilesResponse, ListProfilesResponse__Output as _faultflix_users_v1_ListProfilesResponse__Output } from './faultflix/users/v1/ListProfilesResponse.ts';
import type { Profile as _faultflix_users_v1_Profile, Profile__Output as _faultflix_users_v1_Profile__Output } from './faultflix/users/v1/Profile.ts';
import type { UsersClient as _faultflix_users_v1_UsersClient, UsersDefinition as _faultflix_users_v1_UsersDefinition } from './faultflix/users/v1/Users.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  faultflix: {
    users: {
      v1: {
        Account: MessageTypeDefinition<_faultflix_users_v1_Account, _faultflix_users_v1_Account__Output>
        CreateAccountRequest: MessageTypeDefinition<_faultflix_users_v1_CreateAccountRequest, _faultflix_users_v1_CreateAccountRequest__Output>
        CreateProfileRequest: MessageTypeDefinition<_faultflix_users_v1_CreateProfileRequest, _faultflix_users_v1_CreateProfileRequest__Output>
        DeleteProfileRequest: MessageTypeDefinition<_faultflix_users_v1_DeleteProfileRequest, _faultflix_users_v1_DeleteProfileRequest__Output>
        DeleteProfileResponse: MessageTypeDefinition<_faultflix_users_v1_DeleteProfileResponse, _faultflix_users_v1_DeleteProfileResponse__Output>
        GetAccountRequest: MessageTypeDefinition<_faultflix_users_v1_GetAccountRequest, _faultflix_users_v1_GetAccountRequest__Output>
        GetKeysRequest: MessageTypeDefinition<_faultflix_users_v1_GetKeysRequest, _faultflix_users_v1_GetKeysRequest__Output>
        GetKeysResponse: MessageTypeDefinition<_faultflix_users_v1_GetKeysResponse, _faultflix_users_v1_GetKeysResponse__Output>
        ListProfilesRequest: MessageTypeDefinition<_faultflix_users_v1_ListProfilesRequest, _faultflix_users_v1_ListProfilesRequest__Output>
        ListProfilesResponse: MessageTypeDefinition<_faultflix_users_v1_ListProfilesResponse, _faultflix_users_v1_ListProfilesResponse__Output>
        Profile: MessageTypeDefinition<_faultflix_users_v1_Profile, _faultflix_users_v1_Profile__Output>
        /**
         * Accounts and profiles. Signing in is OpenID Connect, over HTTPS at /oidc (docs/architecture.md, "Signing in").
         */
        Users: SubtypeConstructor<typeof grpc.Client, _faultflix_users_v1_UsersClient> & { service: _faultflix_users_v1_UsersDefinition }
      }
    }
  }
}

