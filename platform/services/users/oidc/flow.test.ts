import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { SignJWT } from 'jose';
import { accessKeys, readAccessToken } from '#contracts/access-token.ts';
import { type Browser, type Rig, startRig } from '../testing/rig.ts';

const DEVICE = 'urn:ietf:params:oauth:grant-type:device_code';
const redirect_uri = 'https://127.1.2.3:8441/callback';
const person = { mail: 'Ada@example.org', name: 'Ada', password: 'correct horse', country: 'DE' };

let rig: Rig;
let account: string;
before(async () => {
  rig = await startRig();
  account = (await rig.accounts.create(person, 'k')).id;
});
after(() => rig.stop());

const verifier = 'v'.repeat(50);
const challenge = createHash('sha256').update(verifier).digest('base64url');
const authorize = (changed: Record<string, string> = {}) =>
  `/oidc/auth?${new URLSearchParams({
    ...{ client_id: 'watch', response_type: 'code', redirect_uri, scope: 'openid offline_access account', state: 's' },
    ...{ code_challenge: challenge, code_challenge_method: 'S256', ...changed },
  })}`;

/** Signs in on the pages, from the address that was asked for to the answer that leaves them. */
async function through(browser: Browser, start: string, password = person.password) {
  let page = await browser.follow(start);
  for (let step = 0; step < 6 && page.status === 200; step += 1) {
    if (page.body.includes('name="password"'))
      page = await browser.submit(page, '/login', { mail: person.mail, password });
    else if (page.body.includes('Allow access?')) page = await browser.submit(page, '/consent');
    else break;
  }
  return page;
}

async function code(browser = rig.browser()): Promise<string> {
  const { location } = await through(browser, authorize());
  const back = new URL(location!);
  assert.equal(`${back.origin}${back.pathname}`, redirect_uri);
  assert.equal(back.searchParams.get('state'), 's');
  assert.equal(back.searchParams.get('iss'), 'https://faultflix.test/oidc');
  return back.searchParams.get('code')!;
}

const exchange = (form: Record<string, string>, headers = {}) =>
  rig.browser('192.0.2.9', headers).post('/oidc/token', form);
const redeem = (given: string, changed: Record<string, string> = {}) =>
  exchange({
    ...{ grant_type: 'authorization_code', client_id: 'watch', code: given, redirect_uri },
    ...{ code_verifier: verifier, ...changed },
  });
const refresh = (token: string, client_id = 'watch') =>
  exchange({ grant_type: 'refresh_token', client_id, refresh_token: token });
const read = (token: string) =>
  readAccessToken(`Bearer ${token}`, { keys: accessKeys(rig.keys.jwks()), nowMs: Date.now() });

interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly id_token: string;
  readonly expires_in: number;
}
const tokens = (answer: { readonly status: number; readonly body: string }): Tokens => {
  assert.equal(answer.status, 200, answer.body);
  return JSON.parse(answer.body) as Tokens;
};
const errorOf = (answer: { readonly status: number; readonly body: string }) => {
  const { error } = JSON.parse(answer.body) as { error: string };
  return `${answer.status} ${error}`;
};

describe('the page', () => {
  it('redeems its code from its own origin, and no other page does', async () => {
    const redeemFrom = async (origin: string) =>
      exchange(
        {
          ...{ grant_type: 'authorization_code', client_id: 'watch', code: await code(), redirect_uri },
          code_verifier: verifier,
        },
        { origin },
      );
    const own = await redeemFrom(new URL(redirect_uri).origin);
    assert.equal(own.status, 200, own.body);
    assert.equal(own.headers['access-control-allow-origin'], new URL(redirect_uri).origin);
    assert.equal(errorOf(await redeemFrom('https://evil.example')), '400 invalid_request');
  });

  it('signs in with code and PKCE: the token says who, and the gateway can read it', async () => {
    const given = tokens(await redeem(await code()));
    assert.equal(given.expires_in, 600);
    assert.deepEqual(
      { ...(await read(given.access_token)), expiresAtMs: 0 },
      { account, country: 'DE', client: 'watch', scopes: ['account'], expiresAtMs: 0 },
    );
    assert(given.id_token);
  });

  it('need not ask again in the same browser', async () => {
    const browser = rig.browser();
    await code(browser);
    const { status, location } = await browser.follow(authorize());
    assert.equal(status, 303);
    assert(new URL(location!).searchParams.get('code'));
  });

  it('takes a code once: its replay ends what it was exchanged for', async () => {
    const given = await code();
    const first = tokens(await redeem(given));
    assert.equal(errorOf(await redeem(given)), '400 invalid_grant');
    assert.equal(errorOf(await refresh(first.refresh_token)), '400 invalid_grant');
  });

  it('takes a code only with its verifier, its address and its client', async () => {
    for (const changed of [
      { code_verifier: 'w'.repeat(50) },
      { redirect_uri: 'https://faultflix.test/callback' },
      { client_id: 'tv' },
    ])
      assert.match(errorOf(await redeem(await code(), changed)), /^400 /, JSON.stringify(changed));
  });

  it('goes nowhere else, and not without PKCE', async () => {
    for (const uri of ['https://evil.test/callback', 'https://127.0.0.1.evil.test/callback', 'x']) {
      const { status, location, body } = await rig.browser().follow(authorize({ redirect_uri: uri }));
      assert.equal(status, 400, uri);
      assert.equal(location, undefined);
      assert.match(body, /invalid_redirect_uri|invalid_request/);
    }
    const { location } = await rig.browser().follow(authorize({ code_challenge: '' }));
    assert.equal(new URL(location!).searchParams.get('error'), 'invalid_request');
  });

  it('can be left', async () => {
    const browser = rig.browser();
    const page = await browser.follow(authorize());
    const { location } = await browser.submit(page, '/abort');
    assert.equal(new URL(location!).searchParams.get('error'), 'access_denied');
  });

  it('signs out', async () => {
    const browser = rig.browser();
    const given = tokens(await redeem(await code(browser)));
    const page = await browser.follow('/oidc/session/end');
    const done = await browser.submit(page, '/session/end/confirm', { logout: 'yes' });
    assert.match(done.body, /Signed out/);
    assert.match((await browser.follow(authorize())).body, /name="password"/);
    assert((await read(given.access_token)).account, 'access tokens live their ten minutes');
  });
});

describe('a television', () => {
  async function start(client_id = 'tv') {
    const answer = await exchange2('/oidc/device/auth', { client_id, scope: 'openid account' });
    assert.equal(answer.status, 200, answer.body);
    return JSON.parse(answer.body) as Record<'device_code' | 'user_code' | 'verification_uri_complete', string>;
  }
  const exchange2 = (path: string, form: Record<string, string>) => rig.browser().post(path, form);
  const poll = (device_code: string, client_id = 'tv') => exchange({ grant_type: DEVICE, client_id, device_code });

  it('is signed in by its code on another device', async () => {
    const { device_code, user_code } = await start();
    assert.equal(errorOf(await poll(device_code)), '400 authorization_pending');
    const browser = rig.browser();
    const input = await browser.follow('/oidc/device');
    const confirm = await browser.submit(input, '/oidc/device', { user_code });
    assert.match(confirm.body, new RegExp(user_code));
    const next = await browser.submit(confirm, '/oidc/device', { confirm: 'yes' });
    const done = await through(browser, next.at);
    assert.match(done.body, /Connected/);
    const given = tokens(await poll(device_code));
    assert.equal((await read(given.access_token)).client, 'tv');
    assert.equal(errorOf(await poll(device_code)), '400 invalid_grant', 'once');
    assert.equal(
      errorOf(await refresh(given.refresh_token, 'tv')),
      '400 invalid_grant',
      'and its replay ends the family',
    );
  });

  it('takes the code from the address, too', async () => {
    const { verification_uri_complete, device_code } = await start('load');
    const browser = rig.browser();
    const address = new URL(verification_uri_complete);
    const prefilled = await browser.follow(`${address.pathname}${address.search}`);
    const script = /<script>([\s\S]*?)<\/script>/.exec(prefilled.body)![1]!;
    const digest = createHash('sha256').update(script).digest('base64');
    assert(String(prefilled.headers['content-security-policy']).includes(`'sha256-${digest}'`), 'its script may run');
    const confirm = await browser.submit(prefilled, '/oidc/device');
    const next = await browser.submit(confirm, '/oidc/device', { confirm: 'yes' });
    assert.match((await through(browser, next.at)).body, /Connected/);
    assert.equal((await read(tokens(await poll(device_code, 'load')).access_token)).account, account);
  });

  it('learns that it was refused', async () => {
    const { device_code, user_code } = await start();
    const browser = rig.browser();
    const confirm = await browser.submit(await browser.follow('/oidc/device'), '/oidc/device', { user_code });
    const aborted = await browser.submit(confirm, '/oidc/device', { abort: 'yes' });
    assert.match(aborted.body, /Cancelled/);
    assert.equal(errorOf(await poll(device_code)), '400 access_denied');
  });

  it('is told of a code that is none', async () => {
    const browser = rig.browser();
    const input = await browser.follow('/oidc/device');
    const again = await browser.submit(input, '/oidc/device', { user_code: '"><b>BCDF' });
    assert.match(again.body, /no such code/);
    assert(!again.body.includes('<b>'));
  });
});

describe('refresh tokens', () => {
  it('are rotated, and go on', async () => {
    let token = tokens(await redeem(await code())).refresh_token;
    for (let i = 0; i < 3; i += 1) {
      const next = tokens(await refresh(token));
      assert.notEqual(next.refresh_token, token);
      assert.equal((await read(next.access_token)).account, account);
      token = next.refresh_token;
    }
  });

  it('used a second time revoke their whole family', async () => {
    const stolen = tokens(await redeem(await code())).refresh_token;
    const own = tokens(await refresh(stolen)).refresh_token;
    assert.equal(errorOf(await refresh(stolen)), '400 invalid_grant');
    assert.equal(errorOf(await refresh(own)), '400 invalid_grant');
  });

  it('used by two at once are used by one, and the family ends', async () => {
    const { refresh_token } = tokens(await redeem(await code()));
    const answers = await Promise.all([1, 2, 3].map(() => refresh(refresh_token)));
    const won = answers.filter(({ status }) => status === 200);
    assert(won.length <= 1, `${won.length}`);
    for (const answer of won) assert.equal(errorOf(await refresh(tokens(answer).refresh_token)), '400 invalid_grant');
  });

  it('can be revoked', async () => {
    const { refresh_token } = tokens(await redeem(await code()));
    const form = { client_id: 'watch', token: refresh_token, token_type_hint: 'refresh_token' };
    assert.equal((await rig.browser().post('/oidc/token/revocation', form)).status, 200);
    assert.equal(errorOf(await refresh(refresh_token)), '400 invalid_grant');
  });

  it('of one device end with it alone', async () => {
    const other = tokens(await redeem(await code())).refresh_token;
    const mine = tokens(await redeem(await code())).refresh_token;
    await refresh(mine);
    assert.equal(errorOf(await refresh(mine)), '400 invalid_grant');
    tokens(await refresh(other));
  });
});

describe('bad input', () => {
  it('has a code of OAuth, and is never our fault', async () => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const none = `${part({ alg: 'none' })}.${part({ sub: account })}.`;
    const forged = await new SignJWT({ sub: account }).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.alloc(32));
    const cases: [Record<string, string>, string][] = [
      [{}, '400 invalid_request'],
      [{ client_id: 'nobody', grant_type: 'refresh_token', refresh_token: 'x' }, '401 invalid_client'],
      [{ client_id: 'watch', grant_type: 'password', username: 'a', password: 'b' }, '400 unsupported_grant_type'],
      [{ client_id: 'watch', grant_type: 'client_credentials' }, '400 unsupported_grant_type'],
      [{ client_id: 'watch', grant_type: 'refresh_token', refresh_token: none }, '400 invalid_grant'],
      [{ client_id: 'watch', grant_type: 'refresh_token', refresh_token: forged }, '400 invalid_grant'],
      [{ client_id: 'watch', grant_type: 'refresh_token', refresh_token: '\u0000' }, '400 invalid_grant'],
      [{ client_id: 'tv', grant_type: DEVICE, device_code: '../../x' }, '400 invalid_grant'],
      [{ client_id: 'watch', grant_type: DEVICE, device_code: 'x' }, '400 invalid_request'],
    ];
    for (const [form, wanted] of cases) assert.equal(errorOf(await exchange(form)), wanted, JSON.stringify(form));
  });

  it('in other types or too large is refused', async () => {
    const { status } = await rig.browser().send('POST', '/oidc/token', '{"a":1}', 'application/json');
    assert.equal(status, 400);
    const large = await rig.browser().send('POST', '/oidc/token', `a=${'x'.repeat(60_000)}`);
    assert.equal(large.status, 413);
    for (const path of ['/oidc/nothing', '/oidc/../v1', '/oidc/me', '/oidc/reg'])
      assert.equal((await rig.browser().send('GET', path)).status, 404, path);
  });

  it('on the pages: no form of others, none of another sign-in, none without its cookie', async () => {
    const browser = rig.browser();
    const page = await browser.follow(authorize());
    const form = { mail: person.mail, password: person.password };
    const forged = await browser.post(`${page.at}/login`, { ...form, csrf: 'f'.repeat(40) });
    assert.deepEqual([forged.status, /forbidden/.test(forged.body)], [403, true]);
    assert.equal((await browser.post(`${page.at}/login`, form)).status, 403);
    assert.equal((await rig.browser().post(`${page.at}/login`, form)).status, 400);
    assert.equal((await browser.send('POST', `${page.at}/login`, 'csrf=1&csrf=2')).status, 400);
    assert.equal((await browser.send('POST', `${page.at}/login`, '{}', 'application/json')).status, 415);
    assert.equal((await browser.send('POST', `${page.at}/login`, `a=${'x'.repeat(9_000)}`)).status, 413);
  });
});

describe('every page', () => {
  it('has its headers, no script and nothing from elsewhere', async () => {
    const browser = rig.browser();
    const { headers, body } = await browser.follow(authorize());
    const policy = String(headers['content-security-policy']);
    for (const wanted of ["default-src 'none'", "frame-ancestors 'none'", 'form-action', "base-uri 'none'"])
      assert(policy.includes(wanted), policy);
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.equal(headers['cache-control'], 'no-store');
    assert(!/<script|<img|<link|src=|url\(/i.test(body));
    assert.match(body, /<label for="mail">/);
    assert.match(body, /<html lang="en">/);
  });

  it('keeps what was typed, escaped, but for the password', async () => {
    const browser = rig.browser();
    const page = await browser.follow(authorize());
    const again = await browser.submit(page, '/login', { mail: '"><script>x</script>', password: 'secret-word' });
    assert.equal(again.status, 401);
    assert(!again.body.includes('<script>x') && !again.body.includes('secret-word'));
    assert.match(again.body, /role="alert"/);
  });
});

describe('at rest and in the log', () => {
  it('there is no password, and no token that could be used; nothing of them is logged', async () => {
    const given = tokens(await redeem(await code()));
    const [dump, logged] = [await rig.store.dump(), rig.logged()];
    for (const secret of [person.password, given.refresh_token, given.access_token])
      assert(!dump.includes(secret) && !logged.includes(secret));
    assert(!logged.toLowerCase().includes(person.mail.toLowerCase()));
  });

  it('a store that is out is 503 with a code, and the next request is served', async () => {
    const { refresh_token } = tokens(await redeem(await code()));
    rig.store.out = true;
    try {
      assert.equal(errorOf(await refresh(refresh_token)), '503 temporarily_unavailable');
      const { location } = await rig.browser().follow(authorize());
      assert.equal(new URL(location!).searchParams.get('error'), 'temporarily_unavailable');
      assert.equal((await rig.browser().follow('/oidc/device')).status, 503);
    } finally {
      rig.store.out = false;
    }
    tokens(await refresh(refresh_token));
  });
});
