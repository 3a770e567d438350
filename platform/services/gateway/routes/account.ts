import type { BillingDefinition } from '#contracts/generated/faultflix/billing/v1/Billing.ts';
import type { UsersDefinition } from '#contracts/generated/faultflix/users/v1/Users.ts';
import type { Client, ServiceContext } from '#kit/service.ts';
import type { On } from '../operations.ts';
import type { Profiles } from '../signing-in/profiles.ts';
import { subscriptionOf } from './money.ts';

export interface AccountParts {
  readonly users: Client<UsersDefinition>;
  readonly billing: Pick<Client<BillingDefinition>, 'getSubscription'>;
  readonly context: Pick<ServiceContext, 'withFallback'>;
  readonly profiles: Profiles;
}

export function accountRoutes(on: On, { users, billing, context, profiles }: AccountParts): void {
  on('createAccount', ({ body, idempotencyKey }) => users.createAccount(body, { idempotencyKey, timeoutMs: 4_000 }));

  on('getAccount', async ({ signedIn }) => {
    const [account, { value, degraded }] = await Promise.all([
      users.getAccount({ id: signedIn.account }),
      context.withFallback({
        name: 'subscription',
        call: () => billing.getSubscription({ account: signedIn.account }),
        instead: () => undefined,
      }),
    ]);
    return { account, ...(value ? { subscription: subscriptionOf(value) } : {}), ...(degraded ? { degraded } : {}) };
  });

  on('listProfiles', async ({ signedIn }) => {
    const { profiles: known, degraded } = await profiles.of(signedIn.account);
    return { profiles: [...known], ...(degraded ? { degraded } : {}) };
  });

  on('createProfile', async ({ body, signedIn: { account }, idempotencyKey }) => {
    const options = idempotencyKey === '' ? {} : { idempotencyKey };
    const made = await users.createProfile({ account, ...body }, options);
    profiles.forget(account);
    return made;
  });

  on('deleteProfile', async ({ params: { id }, signedIn: { account } }) => {
    await users.deleteProfile({ account, id });
    profiles.forget(account);
    return {};
  });
}
