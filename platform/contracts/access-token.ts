import { createLocalJWKSet, errors, type JSONWebKeySet, jwtVerify } from 'jose';
import { FaultflixError } from '#base/errors.ts';

/** Who signed in, as an access token says it: docs/architecture.md, "Signing in". */
export interface SignedIn {
  readonly account: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  /** OAuth client: `watch`, `tv`, `load`. */
  readonly client: string;
  readonly scopes: readonly string[];
  readonly expiresAtMs: number;
}

export const OIDC_ISSUER = 'https://faultflix.test/oidc';
export const ACCESS_AUDIENCE = 'faultflix';
export const ACCESS_TOKEN_SECONDS = 600;
/** How far a pod's clock may be from that of the pod which signed. */
export const CLOCK_SKEW_SECONDS = 60;

/** The public keys of `Users.getKeys`. Parsed once a change, asked for each token. */
export interface AccessKeys {
  readonly find: ReturnType<typeof createLocalJWKSet>;
}

/** Of a JWK Set in JSON. Throws `internal` when it is none, or has no key that could have signed an access token. */
export function accessKeys(jwks: string): AccessKeys {
  try {
    const set = JSON.parse(jwks) as JSONWebKeySet;
    const signing = set.keys.filter(({ kty, crv, kid }) => kty === 'EC' && crv === 'P-256' && kid !== undefined);
    if (signing.length === 0) throw new Error('no ES256 key');
    return { find: createLocalJWKSet({ keys: signing }) };
  } catch (cause) {
    throw new FaultflixError('internal', 'the keys of access tokens cannot be read', {
      expected: 'a JWK Set with ES256 keys',
      where: 'users.getKeys',
      cause,
    });
  }
}

export interface AccessCheck {
  readonly keys: AccessKeys;
  readonly nowMs: number;
}

/**
 * Who sent an `Authorization` header with an access token. Throws `unauthenticated`, whatever is wrong with it; the
 * message says which of expired, of another audience or issuer, signed by an unknown key (`signedByUnknownKey`), or none.
 */
export async function readAccessToken(header: string | undefined, { keys, nowMs }: AccessCheck): Promise<SignedIn> {
  const token = /^Bearer (\S+)$/i.exec(header ?? '')?.[1];
  if (token === undefined) {
    throw new FaultflixError('unauthenticated', 'an access token is needed', {
      where: 'header authorization',
      expected: 'Bearer and the access_token of /oidc/token',
    });
  }
  try {
    const { payload } = await jwtVerify(token, keys.find, {
      algorithms: ['ES256'],
      typ: 'at+jwt',
      issuer: OIDC_ISSUER,
      audience: ACCESS_AUDIENCE,
      clockTolerance: CLOCK_SKEW_SECONDS,
      currentDate: new Date(nowMs),
      requiredClaims: ['sub', 'exp', 'iat'],
    });
    const { sub, exp, iat, country, client_id: client, scope = '' } = payload;
    if (typeof country !== 'string' || typeof client !== 'string' || typeof scope !== 'string')
      throw new Error('claims are missing');
    if (iat! > nowMs / 1_000 + CLOCK_SKEW_SECONDS) throw new Error('issued in the future');
    return { account: sub!, country, client, scopes: scope.split(' ').filter(Boolean), expiresAtMs: exp! * 1_000 };
  } catch (cause) {
    throw new FaultflixError('unauthenticated', reason(cause), {
      where: 'header authorization',
      todo: 'sign in again, or refresh the token, at /oidc/token',
      cause,
    });
  }
}

/** Whether a token was refused because no known key has its `kid`: worth asking `users` for its keys once more. */
export const signedByUnknownKey = (error: unknown): boolean =>
  error instanceof FaultflixError && error.cause instanceof errors.JWKSNoMatchingKey;

function reason(cause: unknown): string {
  if (cause instanceof errors.JWTExpired) return 'the access token has expired';
  if (cause instanceof errors.JWKSNoMatchingKey) return 'the access token is signed by a key that is not known';
  if (cause instanceof errors.JWTClaimValidationFailed) {
    if (cause.claim === 'aud') return 'the access token is for another audience';
    if (cause.claim === 'iss') return 'the access token is of another issuer';
    if (cause.claim === 'nbf') return 'the access token is not valid yet';
  }
  return 'not an access token of ours';
}
