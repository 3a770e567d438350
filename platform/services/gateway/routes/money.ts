import type { BillingDefinition } from '#contracts/generated/faultflix/billing/v1/Billing.ts';
import type { Plan__Output } from '#contracts/generated/faultflix/billing/v1/Plan.ts';
import type { Subscription__Output } from '#contracts/generated/faultflix/billing/v1/Subscription.ts';
import type { Client, ServiceContext } from '#kit/service.ts';
import type { On } from '../operations.ts';

export interface MoneyParts {
  readonly billing: Client<BillingDefinition>;
  readonly context: Pick<ServiceContext, 'withFallback'>;
  /** What is known of the account's plan is old. */
  readonly changed: (account: string) => void;
}

/** A charge goes to the card network and back, which takes its time. */
const CHARGE_MS = 8_000;

export function moneyRoutes(on: On, { billing, context, changed }: MoneyParts): void {
  const lastPlans = new Map<string, Plan__Output[]>();

  on('listPlans', async ({ query: { country = 'US' } }) => {
    const { value, degraded } = await context.withFallback({
      name: 'plans',
      call: async () => {
        const { plans } = await billing.listPlans({ country });
        lastPlans.set(country, plans);
        return plans;
      },
      instead: (reason) => {
        const known = lastPlans.get(country);
        if (known === undefined) throw reason;
        return known;
      },
    });
    return { plans: value, ...(degraded ? { degraded } : {}) };
  });

  on('getSubscription', async ({ signedIn }) =>
    subscriptionOf(await billing.getSubscription({ account: signedIn.account })),
  );

  on('subscribe', async ({ body, signedIn: { account, country }, idempotencyKey }) => {
    const asked = { account, country, ...body };
    const subscription = await billing.subscribe(asked, { idempotencyKey, timeoutMs: CHARGE_MS });
    changed(account);
    return subscriptionOf(subscription);
  });

  on('cancelSubscription', async ({ signedIn: { account } }) => {
    const subscription = await billing.cancel({ account });
    changed(account);
    return subscriptionOf(subscription);
  });

  on('listBills', async ({ query: { cursor = '' }, signedIn: { account } }) => {
    const { bills, nextPageToken } = await billing.listBills({ account, pageSize: 50, pageToken: cursor });
    return { bills, ...(nextPageToken === '' ? {} : { cursor: nextPageToken }) };
  });
}

export function subscriptionOf({ plan, state, periodStartMs, periodEndMs }: Subscription__Output) {
  return { ...(plan ? { plan } : {}), state, periodStartMs, periodEndMs };
}
