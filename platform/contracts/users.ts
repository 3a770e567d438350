import { defineContract } from './contract.ts';
import type { UsersDefinition } from './generated/faultflix/users/v1/Users.ts';

export const users = defineContract<UsersDefinition>({
  proto: 'users.proto',
  service: 'faultflix.users.v1.Users',
  idempotent: ['getAccount', 'listProfiles', 'deleteProfile', 'getKeys'],
  reads: ['getAccount', 'listProfiles', 'getKeys'],
});
