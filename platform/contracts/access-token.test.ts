import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { FaultflixError } from '#base/errors.ts';
import { accessKeys, readAccessToken, signedByUnknownKey } from './access-token.ts';

const nowMs = 1_800_000_000_000;
const nowS = nowMs / 1_000;
const ours = await generateKeyPair('ES256', { extractable: true });
const theirs = await generateKeyPair('ES256', { extractable: true });
const published = { ...(await exportJWK(ours.publicKey)), kid: 'k1', use: 'sig', alg: 'ES256' };
const keys = accessKeys(JSON.stringify({ keys: [published] }));

interface Forged {
  readonly claims?: Record<string, unknown>;
  readonly header?: Record<string, unknown>;
  readonly key?: CryptoKey;
}

async function bearer({ claims = {}, header = {}, key = ours.privateKey }: Forged = {}): Promise<string> {
  const right = {
    ...{ iss: 'https://faultflix.test/oidc', aud: 'faultflix', sub: 'a1', scope: 'openid profile' },
    ...{ client_id: 'watch', country: 'DE', iat: nowS, exp: nowS + 600 },
  };
  const token = new SignJWT({ ...right, ...claims });
  return `Bearer ${await token.setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'k1', ...header }).sign(key)}`;
}

const read = (header: string | undefined, atMs = nowMs) => readAccessToken(header, { keys, nowMs: atMs });
const refused = (message: RegExp) => (error: unknown) =>
  error instanceof FaultflixError && error.code === 'unauthenticated' && message.test(error.message);

describe('access tokens', () => {
  it('say who signed in', async () => {
    assert.deepEqual(await read(await bearer()), {
      account: 'a1',
      country: 'DE',
      client: 'watch',
      scopes: ['openid', 'profile'],
      expiresAtMs: nowMs + 600_000,
    });
  });

  it('stand a clock that is 60 s off, either way, and no more', async () => {
    const header = await bearer({ claims: { nbf: nowS } });
    await read(header, nowMs + 659_000);
    await assert.rejects(read(header, nowMs + 661_000), refused(/expired/));
    await read(header, nowMs - 59_000);
    await assert.rejects(read(header, nowMs - 61_000), refused(/not valid yet/));
    await assert.rejects(read(await bearer(), nowMs - 61_000), refused(/not an access token/));
  });

  it('are refused when absent, malformed, of no algorithm or of another one', async () => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const claims = { iss: 'https://faultflix.test/oidc', aud: 'faultflix', sub: 'a1', iat: nowS, exp: nowS + 600 };
    const none = `Bearer ${part({ alg: 'none', typ: 'at+jwt', kid: 'k1' })}.${part(claims)}.`;
    const hmac = new SignJWT(claims).setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid: 'k1' });
    const confused = `Bearer ${await hmac.sign(new TextEncoder().encode(JSON.stringify(published)))}`;
    for (const header of [undefined, '', 'Bearer', 'Bearer x', 'Bearer e30.e30.e30', 'Basic eA==', none, confused])
      await assert.rejects(read(header), refused(/./), String(header));
  });

  it('are refused when forged, for others, of another kind, or without a claim', async () => {
    const cases: [Forged, RegExp][] = [
      [{ key: theirs.privateKey }, /not an access token/],
      [{ claims: { aud: 'watch' } }, /another audience/],
      [{ claims: { iss: 'https://elsewhere.test' } }, /another issuer/],
      [{ header: { typ: 'JWT' } }, /not an access token/],
      [{ claims: { country: undefined } }, /not an access token/],
      [{ claims: { sub: undefined } }, /not an access token/],
      [{ claims: { exp: undefined } }, /not an access token/],
    ];
    for (const [forged, message] of cases) await assert.rejects(read(await bearer(forged)), refused(message));
    const tampered = (await bearer()).replace(/\.[^.]+\./, `.${Buffer.from('{"sub":"a2"}').toString('base64url')}.`);
    await assert.rejects(read(tampered), refused(/not an access token/));
  });

  it('of a key that is not known are told apart: the keys may have been rotated', async () => {
    const unknown = await read(await bearer({ header: { kid: 'k2' } })).catch((error: unknown) => error);
    const wrong = await read(await bearer({ key: theirs.privateKey })).catch((error: unknown) => error);
    assert(signedByUnknownKey(unknown));
    assert(!signedByUnknownKey(wrong));
  });
});

describe('the keys', () => {
  it('must be a JWK Set with a key of ours', () => {
    for (const text of ['', '{}', '{"keys":[]}', '{"keys":[{"kty":"RSA","kid":"k1"}]}', 'null'])
      assert.throws(
        () => accessKeys(text),
        (error: unknown) => error instanceof FaultflixError && error.code === 'internal',
        text,
      );
  });
});
