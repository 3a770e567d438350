import { asFaultflixError } from '#base/errors.ts';
import type { UsersDefinition } from '#contracts/generated/faultflix/users/v1/Users.ts';
import type { Handlers } from '#kit/context.ts';
import type { Metrics } from '#kit/metrics.ts';
import type { Accounts } from './accounts.ts';
import type { KeyKeeper } from './keys/keeper.ts';
import type { Profiles } from './profiles.ts';

export interface UsersParts {
  readonly accounts: Accounts;
  readonly profiles: Profiles;
  readonly keys: Pick<KeyKeeper, 'jwks'>;
  readonly metrics: Pick<Metrics, 'counter'>;
}

export function usersHandlers({ accounts, profiles, keys, metrics }: UsersParts): Handlers<UsersDefinition> {
  const signUps = metrics.counter({ name: 'sign_ups_total', help: 'Sign-ups tried', labels: ['outcome'] });
  return {
    createAccount: async (request, { idempotencyKey }) => {
      try {
        const account = await accounts.create(request, idempotencyKey);
        signUps.inc({ outcome: 'ok' });
        return account;
      } catch (thrown) {
        signUps.inc({ outcome: asFaultflixError(thrown).code });
        throw thrown;
      }
    },
    getAccount: ({ id }) => accounts.get(id),
    listProfiles: async ({ account }) => ({ profiles: [...(await profiles.list(account))] }),
    createProfile: (request, { idempotencyKey }) => profiles.create(request, idempotencyKey),
    deleteProfile: async ({ account, id }) => {
      await profiles.delete(account, id);
      return {};
    },
    getKeys: () => ({ jwks: keys.jwks() }),
  };
}
