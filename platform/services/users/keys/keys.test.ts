import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { importJWK, SignJWT } from 'jose';
import { pino } from 'pino';
import { ACCESS_TOKEN_SECONDS, accessKeys, CLOCK_SKEW_SECONDS, readAccessToken } from '#contracts/access-token.ts';
import { fakeClock, testStore } from '../testing/store.ts';
import { KeyKeeper } from './keeper.ts';
import { type KeyMaker, makeKey, publicKeys, type Ring, ringTimes, signingKey, signingOrder, turned } from './ring.ts';

const log = pino({ enabled: false });
const { periodMs, aheadMs, keptMs } = ringTimes;
const jwk = { kty: 'EC', crv: 'P-256', x: 'x', y: 'y', d: 'secret' };
let made = 0;
const make: KeyMaker = async (signsFromMs) => ({ kid: `k${++made}`, signsFromMs, jwk });

describe('the ring', () => {
  it('publishes a next key before it signs, and an old one until its tokens are gone', async () => {
    let ring: Ring = { keys: [] };
    const publishedMs = new Map<string, number>();
    const signedUntilMs = new Map<string, number>();
    for (let nowMs = 1_000; nowMs < 5 * periodMs; nowMs += 600_000) {
      ring = await turned(ring, nowMs, make);
      for (const { kid } of ring.keys) if (!publishedMs.has(kid)) publishedMs.set(kid, nowMs);
      const { kid } = signingKey(ring, nowMs)!;
      if (kid !== [...publishedMs.keys()][0]) assert(nowMs - publishedMs.get(kid)! >= aheadMs, kid);
      signedUntilMs.set(kid, nowMs);
      for (const [old, untilMs] of signedUntilMs)
        if (nowMs - untilMs < (ACCESS_TOKEN_SECONDS + CLOCK_SKEW_SECONDS) * 1_000)
          assert(
            ring.keys.some((key) => key.kid === old),
            `${old} is gone too early`,
          );
      assert(ring.keys.length <= 3);
    }
    assert.equal(signedUntilMs.size, 5);
    assert(keptMs > 3_600_000, 'ID tokens live an hour');
  });

  it('does not sign with a key that nobody could know, however long all pods were away', async () => {
    const first = await turned({ keys: [] }, 0, make);
    const late = await turned(first, 100 * periodMs, make);
    const nowMs = 100 * periodMs;
    assert.equal(signingKey(late, nowMs)!.kid, first.keys[1]!.kid, 'published all the time');
    assert(late.keys.at(-1)!.signsFromMs >= nowMs + aheadMs);
  });

  it('is left alone when it is as it should be', async () => {
    const ring = await turned({ keys: [] }, 0, make);
    assert.equal(await turned(ring, 10, make), ring);
    assert.notEqual(await turned(ring, periodMs, make), ring);
  });

  it('shows nothing private, and its signing key first to the provider', async () => {
    const ring = { keys: [await makeKey(0), await makeKey(100)] };
    assert(!publicKeys(ring).includes(ring.keys[0]!.jwk.d));
    assert(!publicKeys(ring).includes('"d"'));
    assert.deepEqual(
      signingOrder(ring, 50).map(({ kid }) => kid),
      ring.keys.map(({ kid }) => kid),
    );
    assert.equal(signingOrder(ring, 100)[0]!.kid, ring.keys[1]!.kid);
  });
});

describe('the keeper', () => {
  it('agrees with the others: pods that start at once and turn at once have one ring', async () => {
    const clock = fakeClock();
    const store = testStore(clock);
    const pods = await Promise.all([1, 2, 3].map(() => KeyKeeper.open({ store, clock, log })));
    assert.equal(new Set(pods.map((pod) => pod.jwks())).size, 1);
    const before = pods[0]!.version;
    clock.nowMs += periodMs;
    await Promise.all(pods.map((pod) => pod.look()));
    assert.equal(new Set(pods.map((pod) => pod.version)).size, 1);
    assert.notEqual(pods[0]!.version, before);
  });

  it('rotates without an outage: a gateway with an hour-old set reads what any pod signs', async () => {
    const clock = fakeClock();
    const store = testStore(clock);
    const pods = await Promise.all([1, 2].map(() => KeyKeeper.open({ store, clock, log })));
    const signers = new Set<string>();
    let stale = accessKeys(pods[0]!.jwks());
    for (let hour = 0; hour < (2.5 * periodMs) / 3_600_000; hour += 1) {
      clock.nowMs += 3_600_000 - 1_000;
      if (hour % 2 === 0) await pods[hour % 4 === 0 ? 0 : 1]!.look();
      for (const pod of pods) {
        const [{ kid, jwk: key }] = pod.inOrder() as [ReturnType<KeyKeeper['inOrder']>[number]];
        signers.add(kid);
        const iat = Math.floor(clock.nowMs / 1_000);
        const token = await new SignJWT({ client_id: 'watch', country: 'DE' })
          .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid })
          .setIssuer('https://faultflix.test/oidc')
          .setAudience('faultflix')
          .setSubject('a1')
          .setIssuedAt(iat)
          .setExpirationTime(iat + ACCESS_TOKEN_SECONDS)
          .sign(await importJWK({ ...key }, 'ES256'));
        await readAccessToken(`Bearer ${token}`, { keys: stale, nowMs: clock.nowMs });
      }
      stale = accessKeys(pods[hour % 2]!.jwks());
    }
    assert.equal(signers.size, 3);
  });

  it('keeps the keys it knows while the store is out, and looks again', async () => {
    const clock = fakeClock();
    const store = testStore(clock);
    const keeper = await KeyKeeper.open({ store, clock, log });
    const known = keeper.jwks();
    store.out = true;
    await assert.rejects(keeper.look(), { code: 'unavailable' });
    assert.equal(keeper.jwks(), known);
    await assert.rejects(KeyKeeper.open({ store, clock, log }), { code: 'unavailable' });
    store.out = false;
    const ending = new AbortController();
    const looked: number[] = [];
    const ticking = {
      ...clock,
      now: () => clock.nowMs,
      sleep: async (ms: number) => {
        clock.nowMs += ms;
        if (looked.push(ms) === 3) ending.abort();
      },
    };
    await (await KeyKeeper.open({ store, clock: ticking, log })).keep(ending.signal);
    assert.deepEqual(looked, [30_000, 30_000, 30_000]);
  });
});
