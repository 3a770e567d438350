/**
 * Signing in by OpenID Connect, authorization code with PKCE (RFC 7636), at `/oidc` of this page's own origin. Tokens stay
 * in the tab's session storage: another tab signs in by itself, and closing this one signs out.
 */
const CLIENT = 'watch';
const TOKEN = 'faultflix.access';
const PENDING = 'faultflix.sign-in';

export interface Tokens {
  readonly access: string;
  readonly refresh?: string;
  readonly expiresAtMs: number;
}

const tokens = (): Tokens | undefined => read<Tokens>(TOKEN);

export function accessToken(): string | undefined {
  const known = tokens();
  return known && known.expiresAtMs > Date.now() ? known.access : undefined;
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

/** A new access token for the refresh token, when it is about to end. False when the viewer must sign in again. */
export async function refresh(): Promise<boolean> {
  const known = tokens();
  if (!known?.refresh) return false;
  if (known.expiresAtMs - Date.now() > 60_000) return true;
  try {
    await take({ grant_type: 'refresh_token', refresh_token: known.refresh });
    return true;
  } catch {
    signOut();
    return false;
  }
}

async function take(grant: Readonly<Record<string, string>>): Promise<void> {
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
  if (!response.ok || answer.access_token === undefined)
    throw new Error(answer.error_description ?? 'the code was refused');
  const taken: Tokens = {
    access: answer.access_token,
    expiresAtMs: Date.now() + (answer.expires_in ?? 60) * 1_000,
    ...(answer.refresh_token === undefined ? {} : { refresh: answer.refresh_token }),
  };
  sessionStorage.setItem(TOKEN, JSON.stringify(taken));
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
