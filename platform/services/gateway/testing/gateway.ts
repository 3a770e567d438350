/** A gateway with its real routes behind the kit's real server, for tests: who it calls is what a test says, or out. */
import type { TestContext } from 'node:test';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { Clock } from '#base/clock.ts';
import { FaultflixError } from '#base/errors.ts';
import type { HttpsClient } from '#kit/context.ts';
import { createMetrics } from '#kit/metrics.ts';
import { type FallbackOptions, withFallback } from '#kit/resilience/fallback.ts';
import { SwitchableGuards } from '#kit/resilience/guards.ts';
import { type Door, openDoor } from '#test/support/https-door.ts';
import { SharedLimits } from '../limits/shared-limits.ts';
import { type GatewayParts, routes } from '../routes.ts';

export const nowMs = 1_800_000_000_000;
const fixed: Clock = { now: () => nowMs, sleep: async () => undefined };

const keys = await generateKeyPair('ES256', { extractable: true });
export const jwks = JSON.stringify({
  keys: [{ ...(await exportJWK(keys.publicKey)), kid: 'k1', use: 'sig', alg: 'ES256' }],
});

export interface TokenOptions {
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly header?: Readonly<Record<string, unknown>>;
  readonly key?: CryptoKey;
}

/** `Authorization` of account `a1`, as the OpenID provider's tokens are, but for what is told. */
export async function accessHeader({ claims = {}, header = {}, key = keys.privateKey }: TokenOptions = {}) {
  const right = {
    ...{ iss: 'https://faultflix.test/oidc', aud: 'faultflix', sub: 'a1', scope: 'openid', client_id: 'watch' },
    ...{ country: 'DE', iat: nowMs / 1_000, exp: nowMs / 1_000 + 600 },
  };
  const token = new SignJWT({ ...right, ...claims });
  return `Bearer ${await token.setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'k1', ...header }).sign(key)}`;
}

/** A client of a service of which the test uses some methods; whatever else is called is out. */
export function clientWith<C>(name: string, methods: Partial<C> = {}): C {
  return new Proxy(methods as object, {
    get: (of, method) =>
      Reflect.get(of, method) ??
      (() => Promise.reject(new FaultflixError('unavailable', `no endpoint of ${name} can be asked`))),
  }) as C;
}

type Clients = 'catalog' | 'playback' | 'users' | 'billing' | 'recommendations';
export type Some = { readonly [Name in Clients]?: Partial<GatewayParts[Name]> } & Partial<
  Pick<GatewayParts, 'shelf' | 'limits' | 'clock' | 'origins' | 'pod'>
> & { readonly oidc?: HttpsClient };

export interface TestGateway extends Door {
  readonly limits: SharedLimits;
  /** A device's own session. */
  signIn(home?: string): Promise<{ readonly session: string; readonly authorization: string }>;
  /** A session of account `a1`. */
  signInAs(options?: TokenOptions): Promise<{ readonly session: string; readonly authorization: string }>;
}

export const playKey = Buffer.alloc(32, 4);

export async function openGateway(t: Pick<TestContext, 'after'>, some: Some = {}): Promise<TestGateway> {
  const clock = some.clock ?? fixed;
  const guards = new SwitchableGuards();
  const limits = some.limits ?? new SharedLimits({ clock, peers: () => [] });
  const parts: GatewayParts = {
    catalog: clientWith('catalog', some.catalog),
    playback: clientWith('playback', some.playback),
    users: clientWith('users', { getKeys: async () => ({ jwks }), ...some.users }),
    billing: clientWith('billing', some.billing),
    recommendations: clientWith('recommendations', some.recommendations),
    oidc: () => some.oidc ?? clientWith<HttpsClient>('users'),
    shelf: some.shelf ?? { rows: async () => ({ rows: [{ reason: 'popular', titles: [] }], degraded: false }) },
    context: {
      withFallback: <T>(options: FallbackOptions<T>) => withFallback({ ...options, guards }),
      metrics: createMetrics(),
    },
    ...{ limits, clock, key: playKey, region: 'us-east-1', pod: some.pod ?? '10.1.0.1', origins: some.origins ?? [] },
  };
  const door = await openDoor((app) => routes(app, parts), t, clock);
  const open = async (home: string, headers: Record<string, string>) => {
    const { json } = await door.call('POST', '/v1/session', { headers, body: { device: 'tv', home } });
    const { playToken, session } = json as { playToken: string; session: string };
    return { session, authorization: `Bearer ${playToken}` };
  };
  return {
    ...door,
    limits,
    signIn: (home = 'us-west-2') => open(home, {}),
    signInAs: async (options) => open('us-east-1', { authorization: await accessHeader(options) }),
  };
}

/** Code of a problem. */
export const codeOf = ({ json }: { readonly json: unknown }): string | undefined => (json as { code?: string })?.code;
