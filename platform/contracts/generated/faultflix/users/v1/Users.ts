// Original file: platform/contracts/users.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { Account as _faultflix_users_v1_Account, Account__Output as _faultflix_users_v1_Account__Output } from '../../../faultflix/users/v1/Account.ts';
import type { CreateAccountRequest as _faultflix_users_v1_CreateAccountRequest, CreateAccountRequest__Output as _faultflix_users_v1_CreateAccountRequest__Output } from '../../../faultflix/users/v1/CreateAccountRequest.ts';
import type { CreateProfileRequest as _faultflix_users_v1_CreateProfileRequest, CreateProfileRequest__Output as _faultflix_users_v1_CreateProfileRequest__Output } from '../../../faultflix/users/v1/CreateProfileRequest.ts';
import type { DeleteProfileRequest as _faultflix_users_v1_DeleteProfileRequest, DeleteProfileRequest__Output as _faultflix_users_v1_DeleteProfileRequest__Output } from '../../../faultflix/users/v1/DeleteProfileRequest.ts';
import type { DeleteProfileResponse as _faultflix_users_v1_DeleteProfileResponse, DeleteProfileResponse__Output as _faultflix_users_v1_DeleteProfileResponse__Output } from '../../../faultflix/users/v1/DeleteProfileResponse.ts';
import type { GetAccountRequest as _faultflix_users_v1_GetAccountRequest, GetAccountRequest__Output as _faultflix_users_v1_GetAccountRequest__Output } from '../../../faultflix/users/v1/GetAccountRequest.ts';
import type { GetKeysRequest as _faultflix_users_v1_GetKeysRequest, GetKeysRequest__Output as _faultflix_users_v1_GetKeysRequest__Output } from '../../../faultflix/users/v1/GetKeysRequest.ts';
import type { GetKeysResponse as _faultflix_users_v1_GetKeysResponse, GetKeysResponse__Output as _faultflix_users_v1_GetKeysResponse__Output } from '../../../faultflix/users/v1/GetKeysResponse.ts';
import type { ListProfilesRequest as _faultflix_users_v1_ListProfilesRequest, ListProfilesRequest__Output as _faultflix_users_v1_ListProfilesRequest__Output } from '../../../faultflix/users/v1/ListProfilesRequest.ts';
import type { ListProfilesResponse as _faultflix_users_v1_ListProfilesResponse, ListProfilesResponse__Output as _faultflix_users_v1_ListProfilesResponse__Output } from '../../../faultflix/users/v1/ListProfilesResponse.ts';
import type { Profile as _faultflix_users_v1_Profile, Profile__Output as _faultflix_users_v1_Profile__Output } from '../../../faultflix/users/v1/Profile.ts';

/**
 * Accounts and profiles. Signing in is OpenID Connect, over HTTPS at /oidc (docs/architecture.md, "Signing in").
 */
export interface UsersClient extends grpc.Client {
  /**
   * Idempotent by idempotency key. CONFLICT (ABORTED) when the mail address has an account. An account begins with one
   * profile, of its own name.
   */
  CreateAccount(argument: _faultflix_users_v1_CreateAccountRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_users_v1_Account__Output>): grpc.ClientUnaryCall;
  CreateAccount(argument: _faultflix_users_v1_CreateAccountRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_faultflix_users_v1_Account__Output>): grpc.ClientUnaryCall;
  CreateAccount(argument: _faultflix_users_v1_CreateAccountRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_users_v1_Account__Output>): grpc.ClientUnaryCall;
  CreateAccount(argument: _faultflix_users_v1_CreateAccountRequest, callback: grpc.requestCallback<_faultflix_users_v1_Account__Output>): grpc.ClientUnaryCall;
  /**
   * Idempotent by idempotency key. CONFLICT (ABORTED) when the mail address has an account. An account begins with one
   * profile, of its own name.
   */
  createAccount(argument: _faultflix_users_v1_CreateAccountRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_users_v1_Account__Output>): grpc.ClientUnaryCall;
  createAccount(argument: _faultflix_users_v1_CreateAccountRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_faultflix_users_v1_Account__Output>): grpc.ClientUnaryCall;
  createAccount(argument: _faultflix_users_v1_CreateAccountRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_users_v1_Account__Output>): grpc.ClientUnaryCall;
  createAccount(argument: _faultflix_users_v1_CreateAccountRequest, callback: grpc.requestCallback<_faultflix_users_v1_Account__Output>): grpc.ClientUnaryCall;
  
  /**
   * Idempotent by idempotency key. At most 5 profiles an account.
   */
  CreateProfile(argument: _faultflix_users_v1_CreateProfileRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_users_v1_Profile__Output>): grpc.ClientUnaryCall;
  CreateProfile(argument: _faultflix_users_v1_CreateProfileRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_faultflix_users_v1_Profile__Output>): grpc.ClientUnaryCall;
  CreateProfile(argument: _faultflix_users_v1_CreateProfileRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_users_v1_Profile__Output>): grpc.ClientUnaryCall;
  CreateProfile(argument: _faultflix_users_v1_CreateProfileRequest, callback: grpc.requestCallback<_faultflix_users_v1_Profile__Output>): grpc.ClientUnaryCall;
  /**
   * Idempotent by idempotency key. At most 5 profiles an account.
   */
  createProfile(argument: _faultflix_users_v1_CreateProfileRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_users_v1_Profile__Output>): grpc.ClientUnaryCall;
  createProfile(argument: _faultflix_users_v1_CreateProfileRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_faultflix_users_v1_Profile__Output>): grpc.ClientUnaryCall;
  createProfile(argument: _faultflix_users_v1_CreateProfileRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_users_v1_Profile__Output>): grpc.ClientUnaryCall;
  createProfile(argument: _faultflix_users_v1_CreateProfileRequest, callback: grpc.requestCallback<_faultflix_users_v1_Profile__Output>): grpc.ClientUnaryCall;
  
  DeleteProfile(argument: _faultflix_users_v1_DeleteProfileRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_users_v1_DeleteProfileResponse__Output>): grpc.ClientUnaryCall;
  DeleteProfile(argument: _faultflix_users_v1_DeleteProfileRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_faultflix_users_v1_DeleteProfileResponse__Output>): grpc.ClientUnaryCall;
  DeleteProfile(argument: _faultflix_users_v1_DeleteProfileRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_users_v1_DeleteProfileResponse__Output>): grpc.ClientUnaryCall;
  DeleteProfile(argument: _faultflix_users_v1_DeleteProfileRequest, callback: grpc.requestCallback<_faultflix_users_v1_DeleteProfileResponse__Output>): grpc.ClientUnaryCall;
  deleteProfile(argument: _faultflix_users_v1_DeleteProfileRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_users_v1_DeleteProfileResponse__Output>): grpc.ClientUnaryCall;
  deleteProfile(argument: _faultflix_users_v1_DeleteProfileRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_faultflix_users_v1_DeleteProfileResponse__Output>): grpc.ClientUnaryCall;
  deleteProfile(argument: _faultflix_users_v1_DeleteProfileRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_users_v1_DeleteProfileResponse__Output>): grpc.ClientUnaryCall;
  deleteProfile(argument: _faultflix_users_v1_DeleteProfileRequest, callback: grpc.requestCallback<_faultflix_users_v1_DeleteProfileResponse__Output>): grpc.ClientUnaryCall;
  
  GetAccount(argument: _faultflix_users_v1_GetAccountRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_users_v1_Account__Output>): grpc.ClientUnaryCall;
  GetAccount(argument: _faultflix_users_v1_GetAccountRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_faultflix_users_v1_Account__Output>): grpc.ClientUnaryCall;
  GetAccount(argument: _faultflix_users_v1_GetAccountRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_users_v1_Account__Output>): grpc.ClientUnaryCall;
  GetAccount(argument: _faultflix_users_v1_GetAccountRequest, callback: grpc.requestCallback<_faultflix_users_v1_Account__Output>): grpc.ClientUnaryCall;
  getAccount(argument: _faultflix_users_v1_GetAccountRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_users_v1_Account__Output>): grpc.ClientUnaryCall;
  getAccount(argument: _faultflix_users_v1_GetAccountRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_faultflix_users_v1_Account__Output>): grpc.ClientUnaryCall;
  getAccount(argument: _faultflix_users_v1_GetAccountRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_users_v1_Account__Output>): grpc.ClientUnaryCall;
  getAccount(argument: _faultflix_users_v1_GetAccountRequest, callback: grpc.requestCallback<_faultflix_users_v1_Account__Output>): grpc.ClientUnaryCall;
  
  /**
   * The public keys with which access tokens are checked, as a JWK Set in JSON: the present ones and the next ones.
   */
  GetKeys(argument: _faultflix_users_v1_GetKeysRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_users_v1_GetKeysResponse__Output>): grpc.ClientUnaryCall;
  GetKeys(argument: _faultflix_users_v1_GetKeysRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_faultflix_users_v1_GetKeysResponse__Output>): grpc.ClientUnaryCall;
  GetKeys(argument: _faultflix_users_v1_GetKeysRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_users_v1_GetKeysResponse__Output>): grpc.ClientUnaryCall;
  GetKeys(argument: _faultflix_users_v1_GetKeysRequest, callback: grpc.requestCallback<_faultflix_users_v1_GetKeysResponse__Output>): grpc.ClientUnaryCall;
  /**
   * The public keys with which access tokens are checked, as a JWK Set in JSON: the present ones and the next ones.
   */
  getKeys(argument: _faultflix_users_v1_GetKeysRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_users_v1_GetKeysResponse__Output>): grpc.ClientUnaryCall;
  getKeys(argument: _faultflix_users_v1_GetKeysRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_faultflix_users_v1_GetKeysResponse__Output>): grpc.ClientUnaryCall;
  getKeys(argument: _faultflix_users_v1_GetKeysRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_users_v1_GetKeysResponse__Output>): grpc.ClientUnaryCall;
  getKeys(argument: _faultflix_users_v1_GetKeysRequest, callback: grpc.requestCallback<_faultflix_users_v1_GetKeysResponse__Output>): grpc.ClientUnaryCall;
  
  ListProfiles(argument: _faultflix_users_v1_ListProfilesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_users_v1_ListProfilesResponse__Output>): grpc.ClientUnaryCall;
  ListProfiles(argument: _faultflix_users_v1_ListProfilesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_faultflix_users_v1_ListProfilesResponse__Output>): grpc.ClientUnaryCall;
  ListProfiles(argument: _faultflix_users_v1_ListProfilesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_users_v1_ListProfilesResponse__Output>): grpc.ClientUnaryCall;
  ListProfiles(argument: _faultflix_users_v1_ListProfilesRequest, callback: grpc.requestCallback<_faultflix_users_v1_ListProfilesResponse__Output>): grpc.ClientUnaryCall;
  listProfiles(argument: _faultflix_users_v1_ListProfilesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_users_v1_ListProfilesResponse__Output>): grpc.ClientUnaryCall;
  listProfiles(argument: _faultflix_users_v1_ListProfilesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_faultflix_users_v1_ListProfilesResponse__Output>): grpc.ClientUnaryCall;
  listProfiles(argument: _faultflix_users_v1_ListProfilesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_faultflix_users_v1_ListProfilesResponse__Output>): grpc.ClientUnaryCall;
  listProfiles(argument: _faultflix_users_v1_ListProfilesRequest, callback: grpc.requestCallback<_faultflix_users_v1_ListProfilesResponse__Output>): grpc.ClientUnaryCall;
  
}

/**
 * Accounts and profiles. Signing in is OpenID Connect, over HTTPS at /oidc (docs/architecture.md, "Signing in").
 */
export interface UsersHandlers extends grpc.UntypedServiceImplementation {
  /**
   * Idempotent by idempotency key. CONFLICT (ABORTED) when the mail address has an account. An account begins with one
   * profile, of its own name.
   */
  CreateAccount: grpc.handleUnaryCall<_faultflix_users_v1_CreateAccountRequest__Output, _faultflix_users_v1_Account>;
  
  /**
   * Idempotent by idempotency key. At most 5 profiles an account.
   */
  CreateProfile: grpc.handleUnaryCall<_faultflix_users_v1_CreateProfileRequest__Output, _faultflix_users_v1_Profile>;
  
  DeleteProfile: grpc.handleUnaryCall<_faultflix_users_v1_DeleteProfileRequest__Output, _faultflix_users_v1_DeleteProfileResponse>;
  
  GetAccount: grpc.handleUnaryCall<_faultflix_users_v1_GetAccountRequest__Output, _faultflix_users_v1_Account>;
  
  /**
   * The public keys with which access tokens are checked, as a JWK Set in JSON: the present ones and the next ones.
   */
  GetKeys: grpc.handleUnaryCall<_faultflix_users_v1_GetKeysRequest__Output, _faultflix_users_v1_GetKeysResponse>;
  
  ListProfiles: grpc.handleUnaryCall<_faultflix_users_v1_ListProfilesRequest__Output, _faultflix_users_v1_ListProfilesResponse>;
  
}

export interface UsersDefinition extends grpc.ServiceDefinition {
  CreateAccount: MethodDefinition<_faultflix_users_v1_CreateAccountRequest, _faultflix_users_v1_Account, _faultflix_users_v1_CreateAccountRequest__Output, _faultflix_users_v1_Account__Output>
  CreateProfile: MethodDefinition<_faultflix_users_v1_CreateProfileRequest, _faultflix_users_v1_Profile, _faultflix_users_v1_CreateProfileRequest__Output, _faultflix_users_v1_Profile__Output>
  DeleteProfile: MethodDefinition<_faultflix_users_v1_DeleteProfileRequest, _faultflix_users_v1_DeleteProfileResponse, _faultflix_users_v1_DeleteProfileRequest__Output, _faultflix_users_v1_DeleteProfileResponse__Output>
  GetAccount: MethodDefinition<_faultflix_users_v1_GetAccountRequest, _faultflix_users_v1_Account, _faultflix_users_v1_GetAccountRequest__Output, _faultflix_users_v1_Account__Output>
  GetKeys: MethodDefinition<_faultflix_users_v1_GetKeysRequest, _faultflix_users_v1_GetKeysResponse, _faultflix_users_v1_GetKeysRequest__Output, _faultflix_users_v1_GetKeysResponse__Output>
  ListProfiles: MethodDefinition<_faultflix_users_v1_ListProfilesRequest, _faultflix_users_v1_ListProfilesResponse, _faultflix_users_v1_ListProfilesRequest__Output, _faultflix_users_v1_ListProfilesResponse__Output>
}
