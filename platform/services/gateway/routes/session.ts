import { randomUUID } from 'node:crypto';
import type { Clock } from '#base/clock.ts';
import type { Place, Region } from '#base/names.ts';
import type { BillingDefinition } from '#contracts/generated/faultflix/billing/v1/Billing.ts';
import { FREE, mintPlayToken, type Viewer } from '#contracts/play-token.ts';
import type { Client, ServiceContext } from '#kit/service.ts';
import type { On } from '../operations.ts';
import type { Recent } from '../recent.ts';

export interface SessionParts {
  readonly billing: Pick<Client<BillingDefinition>, 'getSubscription'>;
  readonly context: Pick<ServiceContext, 'withFallback'>;
  readonly planOf: Recent<string>;
  readonly plans: Recent<Entitlement>;
  readonly key: Buffer;
  readonly clock: Clock;
  readonly region: Place;
}

/** What an account may do, as billing last said it. */
export type Entitlement = Pick<Viewer, 'plan' | 'maxStreams' | 'maxHeight'>;

/** Where a device without an account is taken to be. */
const countryOf: Readonly<Record<Region, string>> = { 'us-east-1': 'US', 'us-west-2': 'US', 'ap-south-1': 'IN' };
const free: Entitlement = { plan: FREE.plan, maxStreams: FREE.maxStreams, maxHeight: FREE.maxHeight };

export function sessionRoutes(on: On, { billing, context, planOf, plans, key, clock, region }: SessionParts): void {
  /** While billing is out: what it last said, else what is free. Nobody is kept from watching by it. */
  const entitlementOf = (account: string) =>
    context.withFallback<Entitlement>({
      name: 'entitlement',
      call: async () => {
        const { plan } = await billing.getSubscription({ account }, { priority: 'starting', timeoutMs: 1_000 });
        const said = plan === null || plan === undefined ? free : ofPlan(plan);
        plans.set(account, said);
        planOf.set(account, said.plan);
        return said;
      },
      instead: () => plans.get(account) ?? free,
    });

  on('openSession', async ({ body: { device, home }, signedIn }) => {
    const session = randomUUID();
    const own = { session, home, device };
    if (signedIn === undefined) {
      const viewer = { ...own, country: countryOf[home] };
      return { playToken: await mintPlayToken(viewer, key, clock.now()), session, region, plan: FREE.plan };
    }
    const { account, country } = signedIn;
    const { value, degraded } = await entitlementOf(account);
    const playToken = await mintPlayToken({ ...own, account, country, ...value }, key, clock.now());
    return { playToken, session, region, plan: value.plan, ...(degraded ? { degraded } : {}) };
  });
}

const ofPlan = ({ id, maxStreams, maxHeight }: { id: string; maxStreams: number; maxHeight: number }): Entitlement => ({
  plan: id,
  maxStreams,
  maxHeight,
});
