import type { FastifyInstance } from 'fastify';
import type { Clock } from '#base/clock.ts';
import type { Place } from '#base/names.ts';
import type { BillingDefinition } from '#contracts/generated/faultflix/billing/v1/Billing.ts';
import type { CatalogDefinition } from '#contracts/generated/faultflix/catalog/v1/Catalog.ts';
import type { PlaybackDefinition } from '#contracts/generated/faultflix/playback/v1/Playback.ts';
import type { RecommendationsDefinition } from '#contracts/generated/faultflix/recommendations/v1/Recommendations.ts';
import type { UsersDefinition } from '#contracts/generated/faultflix/users/v1/Users.ts';
import { pageAccess } from '#kit/http/page-access.ts';
import type { Client, HttpsClient, ServiceContext } from '#kit/service.ts';
import type { Shelf } from './browse.ts';
import { type GossipParts, usageRoute } from './limits/gossip.ts';
import { type On, operations } from './operations.ts';
import { Recent } from './recent.ts';
import { accountRoutes } from './routes/account.ts';
import { moneyRoutes } from './routes/money.ts';
import { oidcRoutes } from './routes/oidc.ts';
import { type Entitlement, sessionRoutes } from './routes/session.ts';
import { titlesRoutes } from './routes/titles.ts';
import { watchingRoutes } from './routes/watching.ts';
import { signedInReader } from './signing-in/access-keys.ts';
import { profilesOf } from './signing-in/profiles.ts';

export interface GatewayParts {
  readonly catalog: Client<CatalogDefinition>;
  readonly playback: Client<PlaybackDefinition>;
  readonly users: Client<UsersDefinition>;
  readonly billing: Client<BillingDefinition>;
  readonly recommendations: Client<RecommendationsDefinition>;
  /** Of the OpenID provider; asked for when somebody signs in, since it is 25 MB. */
  readonly oidc: () => HttpsClient;
  readonly shelf: Pick<Shelf, 'rows'>;
  readonly limits: GossipParts['limits'];
  readonly context: Pick<ServiceContext, 'withFallback' | 'metrics'>;
  readonly key: Buffer;
  readonly clock: Clock;
  readonly region: Place;
  readonly pod: string;
  /** Origins whose pages may read answers, besides our own. */
  readonly origins?: readonly string[];
}

const ACCOUNTS = 10_000;

/** docs/architecture.md, "What a viewer calls". Errors go out by their code; the kit maps them. */
export function routes(app: FastifyInstance, parts: GatewayParts): void {
  const { users, clock, context } = parts;
  const planOf = new Recent<string>(ACCOUNTS);
  const plans = new Recent<Entitlement>(ACCOUNTS);
  const profiles = profilesOf({ users, context, clock });
  const limited = context.metrics.counter({
    name: 'rate_limited_total',
    help: 'Requests refused because their client made too many',
    labels: ['plan'],
  });
  const share = context.metrics.gauge({
    name: 'rate_limit_share',
    help: 'Part of each allowance that this pod gives away: 1 while it hears the other gateways of its region',
  });
  Object.assign(share, { collect: () => share.set(parts.limits.share()) }); // before each scrape
  pageAccess(app, parts.origins === undefined ? {} : { origins: parts.origins });
  const on = operations(app, { ...parts, planOf, limited, signedIn: signedInReader({ users, clock }) });
  sessionRoutes(on, { ...parts, planOf, plans });
  accountRoutes(on, { ...parts, profiles });
  titlesRoutes(on, { ...parts, profiles });
  watchingRoutes(on, { ...parts, profiles });
  moneyRoutes(on, { ...parts, changed: (account) => plans.delete(account) });
  documentRoute(on);
  oidcRoutes(app, parts.oidc);
  usageRoute(app, parts);
}

function documentRoute(on: On): void {
  let document: unknown;
  on('getApi', async () => {
    document ??= (await import('./openapi.ts')).openApi();
    return document;
  });
}
