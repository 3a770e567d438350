/**
 * Signing in by OpenID Connect, authorization code with PKCE (RFC 7636), at `/oidc` of this page's own origin. Tokens stay
 * in the tab's session storage: another tab signs in by itself, and closing this one signs out.
 */
import { ApiError } from './api-error.ts';

const CLIENT = 'watch';
const TOKEN = 'faultflix.access';
const PENDING = 'faultflix.sign-in';
const RENEW_BEFORE_MS = 60_000;

let renewing: Promise<string> | undefined;

export interface Tokens {
  readonly access: string;
  readonly refresh?: string;
  readonly expiresAtMs: number;
}

const tokens = (): Tokens | undefined => read<Tokens>(TOKEN);

/** Fresh enough for a call; undefined when nobody is signed in. Rejects with `unauthenticated` when the sign-in has ended. */
export async function accessToken(): Promise<string | undefined> {
  const known = tokens();
  if (known === undefined || known.expiresAtMs - Date.now() > RENEW_BEFORE_MS) return known?.access;
  // One at a time: a refresh token that is used twice ends the whole sign-in.
  renewing ??= renewed(known).finally(() => {
    renewing = undefined;
  });
  return renewing;
}

export const isSignedIn = (): boolean => tokens() !== undefined;

export function signOut(): void {
  sessionStorage.removeItem(TOKEN);
}

const redirectUri = (): string => `${location.origin}/callback`;

/** Leaves the page for the sign-in page; comes back to `/callback`. */
export async function signIn(): Promise<void> {
  const verifier = random();
  const state = random();
  sessionStorage.setItem(PENDING, JSON.stringify({ verifier, state, back: location.hash }));
  const challenge = base64url(
    new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))),
  );
  const query = new URLSearchParams({
    client_id: CLIENT,
    response_type: 'code',
    redirect_uri: redirectUri(),
    scope: 'openid offline_access account',
    prompt: 'consent',
    code_challenge: challenge,
    code_challenge_method: 'S256',
    state,
  });
  location.assign(`/oidc/auth?${query}`);
}

/** At `/callback`: takes the code for tokens. The fragment where the viewer was; throws with what went wrong. */
export async function finishSignIn(): Promise<string> {
  const query = new URLSearchParams(location.search);
  const pending = read<{ verifier: string; state: string; back: string }>(PENDING);
  sessionStorage.removeItem(PENDING);
  const code = query.get('code');
  if (!code) throw new Error(query.get('error_description') ?? query.get('error') ?? 'no code came back');
  if (!pending || pending.state !== query.get('state')) throw new Error('this sign-in was not begun in this tab');
  await take({ grant_type: 'authorization_code', code, code_verifier: pending.verifier, redirect_uri: redirectUri() });
  return pending.back;
}

async function renewed({ access, refresh, expiresAtMs }: Tokens): Promise<string> {
  const isGood = () => expiresAtMs > Date.now();
  if (refresh === undefined) {
    if (isGood()) return access;
    signOut();
    throw ended();
  }
  try {
    return await take({ grant_type: 'refresh_token', refresh_token: refresh });
  } catch (thrown) {
    if (isGood()) return access; // until it ends there is time to try again
    if (!(thrown instanceof Refused)) throw new ApiError(`no answer: ${thrown}`, { code: 'unavailable', status: 0 });
    signOut();
    throw ended();
  }
}

const ended = () => new ApiError('the sign-in has ended', { code: 'unauthenticated', status: 401 });

/** The provider has answered, and said no: RFC 6749, 5.2. */
class Refused extends Error {}

/** The access token. */
async function take(grant: Readonly<Record<string, string>>): Promise<string> {
  const response = await fetch('/oidc/token', {
    method: 'POST',
    body: new URLSearchParams({ client_id: CLIENT, ...grant }),
  });
  const answer = (await response.json()) as {
    access_token?: string;
    refresh_token?: string;
    expires_in?: number;
    error_description?: string;
  };
  if (response.status >= 500) throw new Error(`HTTP ${response.status}`);
  if (!response.ok || answer.access_token === undefined)
    throw new Refused(answer.error_description ?? 'the code was refused');
  const taken: Tokens = {
    access: answer.access_token,
    expiresAtMs: Date.now() + (answer.expires_in ?? 60) * 1_000,
    ...(answer.refresh_token === undefined ? {} : { refresh: answer.refresh_token }),
  };
  sessionStorage.setItem(TOKEN, JSON.stringify(taken));
  return taken.access;
}

function read<T>(key: string): T | undefined {
  const text = sessionStorage.getItem(key);
  return text === null ? undefined : (JSON.parse(text) as T);
}

const random = (): string => base64url(crypto.getRandomValues(new Uint8Array(32)));
const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
