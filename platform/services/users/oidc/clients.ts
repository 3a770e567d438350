import { isIPv4 } from 'node:net';
import type { ClientMetadata } from 'oidc-provider';
import { OIDC_ISSUER } from '#contracts/access-token.ts';

/** Where the viewer's page takes the code back, on whichever origin it is served. */
export const WATCH_CALLBACK = '/callback';
const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';
const home = new URL(OIDC_ISSUER).origin;

const device = (client_id: string, client_name: string): ClientMetadata => ({
  client_id,
  client_name,
  application_type: 'native',
  token_endpoint_auth_method: 'none',
  grant_types: [DEVICE_GRANT, 'refresh_token'],
  response_types: [],
  redirect_uris: [],
});

/** `more`: further places of the viewer's page, as `FAULTFLIX_WATCH_REDIRECTS` has them. All clients are public. */
export function clients(more: readonly string[]): ClientMetadata[] {
  const redirect_uris = [`${home}${WATCH_CALLBACK}`, ...more];
  return [
    {
      client_id: 'watch',
      client_name: 'Faultflix on the web',
      application_type: 'web',
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      redirect_uris,
      post_logout_redirect_uris: redirect_uris.map((uri) => new URL('/', uri).href),
    },
    device('tv', 'Faultflix on a television'),
    device('load', 'Faultflix load driver'),
  ];
}

/** Loopback addresses are the viewer's own machine, where ports change each time (RFC 8252, 7.3): the local cluster. */
export function isLocalCallback(uri: string): boolean {
  const url = URL.parse(uri);
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.search !== '' || url.hash !== '')
    return false;
  const { hostname } = url;
  const loopback =
    hostname === 'localhost' || hostname === '[::1]' || (isIPv4(hostname) && hostname.startsWith('127.'));
  return loopback && url.pathname === WATCH_CALLBACK && url.href === uri;
}
