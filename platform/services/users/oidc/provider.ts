/** oidc-provider as this service sets it up. Loaded when somebody first comes to `/oidc`: it takes its time and memory. */

import type { EventEmitter } from 'node:events';
import type { IncomingHttpHeaders } from 'node:http';
import Provider, { type Configuration, errors, type KoaContextWithOIDC } from 'oidc-provider';
import type { Logger } from 'pino';
import { FaultflixError } from '#base/errors.ts';
import { ACCESS_AUDIENCE, ACCESS_TOKEN_SECONDS, OIDC_ISSUER } from '#contracts/access-token.ts';
import type { Metrics } from '#kit/metrics.ts';
import type { Store } from '#platform/stores/store.ts';
import type { Account } from '../accounts.ts';
import type { SigningKey } from '../keys/ring.ts';
import { LONGEST_SECONDS, type OidcFault, SKEW_SECONDS, StoreAdapter } from './adapter.ts';
import { clients, isLocalCallback, WATCH_CALLBACK } from './clients.ts';
import { deviceConfirmPage, deviceInputPage, donePage, errorPage, securityHeaders, signOutPage } from './pages.ts';

export interface ProviderParts {
  readonly store: Store;
  /** Undefined when there is none. */
  readonly account: (id: string) => Promise<Account | undefined>;
  readonly cookieKey: Buffer;
  /** The one that signs first. */
  readonly keys: readonly SigningKey[];
  readonly redirects: readonly string[];
  readonly log: Pick<Logger, 'warn'>;
  readonly metrics: Pick<Metrics, 'counter'>;
}

/** What tokens are for. Absolute, since RFC 8707 wants a URI; `aud` is the short name. */
const RESOURCE = 'https://faultflix.test/api';
/** What an access token may be used for: all of the account. */
const SCOPE = 'account';
export const OIDC_PATH = '/oidc';

export function makeProvider(parts: ProviderParts): Provider {
  const { log, metrics } = parts;
  const issued = metrics.counter({
    name: 'tokens_issued_total',
    help: 'Token answers given',
    labels: ['client', 'grant'],
  });
  const provider = new Provider(OIDC_ISSUER, configuration(parts));
  const { redirectUriAllowed } = provider.Client.prototype as { redirectUriAllowed(uri: string): boolean };
  provider.Client.prototype.redirectUriAllowed = function (uri: string) {
    return redirectUriAllowed.call(this, uri) || (this.clientId === 'watch' && isLocalCallback(uri));
  };
  provider.proxy = true;
  // Koa believes its own socket first, which is always TLS: between our servers.
  Object.defineProperty(provider.request, 'protocol', {
    get(this: { readonly headers: IncomingHttpHeaders }) {
      return this.headers['x-forwarded-proto'] === 'http' ? 'http' : 'https';
    },
  });
  provider.use(atAnyAddress);
  provider.on('grant.success', ({ oidc }) => {
    issued.inc({ client: oidc.client?.clientId ?? 'unknown', grant: `${oidc.params?.grant_type}`.split(':').at(-1)! });
  });
  provider.on('server_error', ({ path }, err) => log.warn({ err, where: path }, 'signing in failed on our side'));
  // Without a listener Koa writes to stderr.
  (provider as EventEmitter).on('error', (err: unknown) => log.warn({ err }, 'a request could not be answered'));
  return provider;
}

/**
 * oidc-provider makes its addresses of those by which the viewer came (`x-forwarded-host`, which our own servers set). A
 * browser's way through the pages is by path alone, so that it is good however many stand between.
 */
async function atAnyAddress(ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> {
  ctx.set(securityHeaders());
  await next();
  const origin = `${ctx.protocol}://${ctx.host}`;
  const own = `${origin}${OIDC_PATH}/`;
  const location: string | undefined = ctx.response.get('location');
  if (location?.startsWith(own)) ctx.set('location', location.slice(origin.length));
  if (typeof ctx.body === 'string' && ctx.response.is('html'))
    ctx.body = ctx.body.replaceAll(`action="${own}`, `action="${OIDC_PATH}/`);
}

const fault: OidcFault = (status, code, description) =>
  Object.assign(new errors.CustomOIDCProviderError(code, description), { status, statusCode: status, expose: true });

function configuration(parts: ProviderParts): Configuration {
  const { store, account, metrics } = parts;
  const reused = metrics.counter({ name: 'tokens_reused_total', help: 'Tokens used a second time', labels: ['model'] });
  const adapterParts = { store, fault, onReuse: (model: string) => reused.inc({ model }) };
  const found = async (id: string) =>
    account(id).catch((thrown: unknown) => {
      if (thrown instanceof FaultflixError && thrown.code === 'unavailable')
        throw fault(503, 'temporarily_unavailable', 'try again in a second');
      throw thrown;
    });
  return {
    adapter: (model) => new StoreAdapter(model, adapterParts),
    clients: clients(parts.redirects),
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
    jwks: { keys: parts.keys.map(({ kid, jwk }) => ({ ...jwk, kid, use: 'sig', alg: 'ES256' })) as never },
    clockTolerance: SKEW_SECONDS,
    responseTypes: ['code'],
    scopes: ['openid', 'offline_access', SCOPE],
    pkce: { required: () => true },
    clientAuthMethods: ['none'],
    // A page redeems its code by a request that names its origin: the one to which codes may come back.
    clientBasedCORS: (_ctx, origin, client) => client.redirectUriAllowed(`${origin}${WATCH_CALLBACK}`),
    cookies: {
      keys: [parts.cookieKey.toString('base64url')],
      // `Secure` follows `x-forwarded-proto`: a page served from the viewer's own machine may come by HTTP.
      long: { signed: true, httpOnly: true, sameSite: 'lax', path: OIDC_PATH },
      short: { signed: true, httpOnly: true, sameSite: 'lax' },
      names: { session: 'faultflix-session', interaction: 'faultflix-interaction', resume: 'faultflix-resume' },
    },
    features: {
      devInteractions: { enabled: false },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      userinfo: { enabled: false },
      revocation: { enabled: true, allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => RESOURCE,
        useGrantedResource: () => true,
        getResourceServerInfo: (_ctx, resource) => {
          if (resource !== RESOURCE) throw new errors.InvalidTarget();
          return {
            scope: SCOPE,
            audience: ACCESS_AUDIENCE,
            accessTokenTTL: ACCESS_TOKEN_SECONDS,
            accessTokenFormat: 'jwt',
            jwt: { sign: { alg: 'ES256' } },
          };
        },
      },
      deviceFlow: {
        enabled: true,
        // No address and no browser's name of the device is kept.
        deviceInfo: () => ({}),
        userCodeInputSource: (ctx, _form, out, err) => {
          ctx.body = deviceInputPage({ ...formOf(ctx), code: userCodeOf(err), error: out && inputError(err) });
        },
        userCodeConfirmSource: (ctx, _form, client, _info, code) => {
          ctx.body = deviceConfirmPage({ ...formOf(ctx), code, client: client.clientName ?? client.clientId });
        },
        successSource: (ctx) => {
          ctx.body = donePage('Connected', 'Your device is signed in. This page can be closed.');
        },
      },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx, form) => {
          const action = /action="([^"]*)"/.exec(form)![1]!;
          ctx.body = signOutPage({ action, xsrf: formOf(ctx).xsrf });
        },
        postLogoutSuccessSource: (ctx) => {
          ctx.body = donePage('Signed out', 'This browser is signed out.');
        },
      },
    },
    interactions: { url: (_ctx, { uid }) => `${OIDC_PATH}/interaction/${uid}` },
    findAccount: async (_ctx, id) => {
      const known = await found(id);
      return known && { accountId: known.id, claims: () => ({ sub: known.id }) };
    },
    extraTokenClaims: async (_ctx, token) => {
      const known = 'accountId' in token && token.accountId ? await found(token.accountId) : undefined;
      return known && { country: known.country };
    },
    // Each device has a grant of its own, so that revoking one leaves the others signed in.
    loadExistingGrant: async ({ oidc }) => {
      const chosen = oidc.result?.consent?.grantId;
      const isDevice = oidc.client?.applicationType === 'native';
      const id = chosen ?? (isDevice ? undefined : oidc.session?.grantIdFor(oidc.client!.clientId));
      return id === undefined ? undefined : oidc.provider.Grant.find(id);
    },
    issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    expiresWithSession: () => false,
    rotateRefreshToken: true,
    revokeGrantPolicy: () => true,
    ttl: {
      AccessToken: ACCESS_TOKEN_SECONDS,
      AuthorizationCode: 60,
      DeviceCode: 600,
      IdToken: 3_600,
      Interaction: 3_600,
      RefreshToken: LONGEST_SECONDS,
      Grant: LONGEST_SECONDS,
      Session: LONGEST_SECONDS,
    },
    renderError: (ctx, out) => {
      ctx.type = 'html';
      ctx.body = errorPage(out.error, out.error_description ?? 'Please start again from where you came.');
    },
  };
}

function formOf(ctx: KoaContextWithOIDC): { readonly action: string; readonly xsrf: string } {
  ctx.type = 'html';
  const { secret } = (ctx.oidc.session as unknown as { state: { secret: string } }).state;
  return { action: `${OIDC_PATH}/device`, xsrf: secret };
}

const userCodeOf = (err: unknown): string | undefined => (err as { userCode?: string } | undefined)?.userCode;

function inputError(err: unknown): string {
  const { name } = (err ?? {}) as { name?: string };
  if (name === 'NoCodeError') return 'Please enter the code.';
  if (name === 'ExpiredError') return 'This code is over. Your device can show a new one.';
  if (name === 'AlreadyUsedError') return 'This code was used already. Your device can show a new one.';
  if (name === 'NotFoundError') return 'There is no such code. Please look at it once more.';
  if (name === 'AbortedError') return 'Cancelled. The device was not signed in.';
  return 'That did not work. Please try again.';
}
