import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { exportJWK, generateKeyPair } from 'jose';
import { FaultflixError } from '#base/errors.ts';
import { accessHeader, jwks, nowMs } from '../testing/gateway.ts';
import { signedInReader } from './access-keys.ts';

const next = await generateKeyPair('ES256', { extractable: true });
const both = JSON.stringify({
  keys: [...JSON.parse(jwks).keys, { ...(await exportJWK(next.publicKey)), kid: 'k2', use: 'sig', alg: 'ES256' }],
});
const byNext = () => accessHeader({ key: next.privateKey, header: { kid: 'k2' } });
const unauthenticated = (error: unknown) => error instanceof FaultflixError && error.code === 'unauthenticated';

function reader() {
  const state = { now: nowMs, asked: 0, published: jwks, out: false };
  const clock = { now: () => state.now, sleep: async () => undefined };
  const getKeys = async () => {
    state.asked++;
    if (state.out) throw new FaultflixError('unavailable', 'users is out');
    return { jwks: state.published };
  };
  return { state, ...signedInReader({ users: { getKeys }, clock }) };
}

describe('the keys of access tokens', () => {
  it('are asked for once, by however many come at once', async () => {
    const { read, state } = reader();
    const header = await accessHeader();
    await Promise.all(Array.from({ length: 20 }, () => read(header)));
    await read(header);
    assert.equal(state.asked, 1);
  });

  it('rotate without an outage: a key that is not known is asked for, but not by every forger', async () => {
    const { read, state } = reader();
    await read(await accessHeader());
    state.published = both;
    state.now += 6_000;
    assert.equal((await read(await byNext())).account, 'a1');
    assert.equal(state.asked, 2);
    const forged = await accessHeader({ header: { kid: 'nobody' } });
    for (let i = 0; i < 20; i++) await assert.rejects(read(forged), unauthenticated);
    state.now += 6_000;
    await assert.rejects(read(forged), unauthenticated);
    assert.equal(state.asked, 3);
  });

  it('stay the last known while users is out, also past their freshness', async () => {
    const { read, state } = reader();
    await read(await accessHeader());
    state.out = true;
    for (let i = 0; i < 5; i++) {
      state.now += 100_000;
      assert.equal((await read(await accessHeader())).account, 'a1');
    }
    assert(state.asked > 1, 'they are asked for again');
    await assert.rejects(read(await byNext()), unauthenticated);
  });

  it('cannot be known when they never were: that is said, and asked again', async () => {
    const { read, state } = reader();
    state.out = true;
    const unavailable = (error: unknown) => error instanceof FaultflixError && error.code === 'unavailable';
    await assert.rejects(read(await accessHeader()), unavailable);
    state.out = false;
    assert.equal((await read(await accessHeader())).account, 'a1');
  });
});
