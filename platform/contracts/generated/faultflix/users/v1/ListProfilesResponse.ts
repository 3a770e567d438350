// Original file: platform/contracts/users.proto

import type { Profile as _faultflix_users_v1_Profile, Profile__Output as _faultflix_users_v1_Profile__Output } from '../../../faultflix/users/v1/Profile.ts';

export interface ListProfilesResponse {
  'profiles'?: (_faultflix_users_v1_Profile)[];
}

export interface ListProfilesResponse__Output {
  'profiles': (_faultflix_users_v1_Profile__Output)[];
}
