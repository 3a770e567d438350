import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SignJWT } from 'jose';
import { FaultflixError } from '#base/errors.ts';
import { claimedViewer, FREE, mintPlayToken, readPlayToken, TOKEN_SECONDS } from './play-token.ts';

const key = Buffer.alloc(32, 1);
const viewer = { session: 's-1', home: 'us-west-2', device: 'tv' } as const;
const nowMs = 1_800_000_000_000;
const unauthenticated = (error: unknown) => error instanceof FaultflixError && error.code === 'unauthenticated';

describe('play tokens', () => {
  it('come back as they were minted', async () => {
    const header = `Bearer ${await mintPlayToken(viewer, key, nowMs)}`;
    assert.deepEqual(await readPlayToken(header, key, nowMs + 1_000), { ...viewer, ...FREE });
    assert.deepEqual(claimedViewer(header), { session: 's-1', home: 'us-west-2' });
  });

  it('carry what the account may do', async () => {
    const member = { ...viewer, account: 'a1', country: 'DE', plan: 'premium', maxStreams: 4, maxHeight: 2160 };
    const header = `Bearer ${await mintPlayToken(member, key, nowMs)}`;
    assert.deepEqual(await readPlayToken(header, key, nowMs), member);
  });

  it('expire', async () => {
    const header = `Bearer ${await mintPlayToken(viewer, key, nowMs)}`;
    await assert.rejects(readPlayToken(header, key, nowMs + TOKEN_SECONDS * 1_000), unauthenticated);
  });

  it('are refused when absent, of another key, of no algorithm, or of another kind', async () => {
    const other = `Bearer ${await mintPlayToken(viewer, Buffer.alloc(32, 2), nowMs)}`;
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const none = `Bearer ${part({ alg: 'none' })}.${part({ sub: 's', home: 'us-east-1', device: 'd' })}.`;
    const claims = { home: 'us-east-1', device: 'tv' };
    const kind = new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject('s')
      .setIssuedAt(nowMs / 1_000);
    const foreign = `Bearer ${await kind.sign(key)}`;
    for (const header of [undefined, '', 'Bearer', 'Bearer x', 'Basic eA==', other, none, foreign])
      await assert.rejects(readPlayToken(header, key, nowMs), unauthenticated, String(header));
  });

  it('say nothing of a route when they are not tokens', () => {
    for (const header of [undefined, 'Bearer x.y.z', 'Bearer e30.e30.'])
      assert.deepEqual(claimedViewer(header), {}, String(header));
  });
});
