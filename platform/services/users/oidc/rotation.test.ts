import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { decodeProtectedHeader } from 'jose';
import { accessKeys, readAccessToken } from '#contracts/access-token.ts';
import { ringTimes } from '../keys/ring.ts';
import { startRig } from '../testing/rig.ts';
import { fakeClock } from '../testing/store.ts';

const redirect_uri = 'https://faultflix.test/callback';
const person = { mail: 'ada@example.org', name: 'Ada', password: 'correct horse', country: 'DE' };
const code_verifier = 'v'.repeat(50);
const query = new URLSearchParams({
  ...{
    client_id: 'watch',
    response_type: 'code',
    redirect_uri,
    scope: 'openid account',
    code_challenge_method: 'S256',
  },
  code_challenge: createHash('sha256').update(code_verifier).digest('base64url'),
});

describe('when the keys turn', () => {
  it('the provider signs with the next one, which every gateway knew, and nobody is signed out', async () => {
    const clock = fakeClock(Date.now());
    const rig = await startRig({ clock });
    try {
      await rig.accounts.create(person, 'k');
      const browser = rig.browser();
      const form = await browser.follow(`/oidc/auth?${query}`);
      const consent = await browser.submit(form, '/login', { mail: person.mail, password: person.password });
      const { location } = await browser.submit(consent, '/consent');
      const code = new URL(location!).searchParams.get('code')!;
      const exchange = async (grant: Record<string, string>) => {
        const answer = await browser.post('/oidc/token', { client_id: 'watch', ...grant });
        assert.equal(answer.status, 200, answer.body);
        return JSON.parse(answer.body) as { access_token: string; refresh_token: string };
      };
      const first = await exchange({ grant_type: 'authorization_code', code, redirect_uri, code_verifier });
      const before = accessKeys(rig.keys.jwks());
      clock.nowMs += ringTimes.periodMs;
      await rig.keys.look();
      const second = await exchange({ grant_type: 'refresh_token', refresh_token: first.refresh_token });
      const [old, next] = [first, second].map(({ access_token }) => decodeProtectedHeader(access_token).kid);
      assert.notEqual(old, next);
      const now = { nowMs: Date.now() };
      await readAccessToken(`Bearer ${second.access_token}`, { keys: before, ...now });
      await readAccessToken(`Bearer ${first.access_token}`, { keys: accessKeys(rig.keys.jwks()), ...now });
      const published = await browser.send('GET', '/oidc/jwks');
      const kids = (JSON.parse(published.body) as { keys: { kid: string }[] }).keys.map(({ kid }) => kid);
      assert(kids.includes(old!) && kids.includes(next!) && kids.length === 3, 'the old, the present and the next');
      assert(!published.body.includes('"d"'));
    } finally {
      await rig.stop();
    }
  });
});

describe('by whichever address the viewer came', () => {
  it('addresses, and whether cookies are for TLS alone, follow what the front door says', async () => {
    const rig = await startRig();
    try {
      const browser = rig.browser('192.0.2.1', { 'x-forwarded-host': '127.0.0.1:8080', 'x-forwarded-proto': 'http' });
      const started = await browser.post('/oidc/device/auth', { client_id: 'tv', scope: 'openid' });
      const { verification_uri } = JSON.parse(started.body) as { verification_uri: string };
      assert.equal(verification_uri, 'http://127.0.0.1:8080/oidc/device');
      const local = await browser.send('GET', `/oidc/auth?${query}`);
      assert(!/secure/i.test(String(local.headers['set-cookie'])));
      const away = await rig.browser().send('GET', `/oidc/auth?${query}`);
      for (const cookie of away.headers['set-cookie']!) assert.match(cookie, /secure.*httponly|httponly.*secure/i);
      assert.match(away.location!, /^\/oidc\/interaction\//);
    } finally {
      await rig.stop();
    }
  });
});
