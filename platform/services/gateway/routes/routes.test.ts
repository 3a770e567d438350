/** What each operation asks whom, and what it says while they are out. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FaultflixError } from '#base/errors.ts';
import { viewerApi } from '#contracts/viewer-api.ts';
import { currentRequest } from '#kit/request-context.ts';
import { allowances } from '../limits/plans.ts';
import { accessHeader, codeOf, nowMs, openGateway } from '../testing/gateway.ts';

const premium = { id: 'premium', name: 'P', priceMinor: 1_999, currency: 'EUR', maxStreams: 4, maxHeight: 2_160 };
const subscription = { account: 'a1', plan: premium, state: 'active', periodStartMs: 1, periodEndMs: 2 };
const account = { id: 'a1', mail: 'a@example.test', name: 'Ä 🎬', country: 'DE', createdAtMs: 1 };
const kid = { id: 'p2', name: 'Kid', maxAge: 6 };
const title = {
  ...{ id: 't1', name: 'T1', year: 2024, kind: 'film', people: [{ name: 'N', role: 'cast' }], synopsis: '' },
  ...{ minutes: 90, rank: 1, genres: ['drama'], media: 'm', seasons: [], countries: [], age: 0 },
};
const out = () => Promise.reject(new FaultflixError('unavailable', 'it is out'));

describe('a session of an account', () => {
  it('carries its plan and country to playback', async (t) => {
    const asked: unknown[] = [];
    const { call, signInAs } = await openGateway(t, {
      billing: { getSubscription: async () => subscription },
      playback: {
        startPlayback: async (request) => {
          asked.push(request);
          const paths = { edges: [], hls: '/h', dash: '/d', steering: '/v1/steering/p?session=s&home=us-east-1' };
          return { playback: 'p', titleId: 't1', ...paths, heartbeatMs: 1, expiresAtMs: 1, resumeMs: 5_000 };
        },
      },
    });
    const { authorization, session } = await signInAs();
    const headers = { authorization, 'idempotency-key': 'k' };
    const { json } = await call('POST', '/v1/play', { headers, body: { titleId: 't1' } });
    assert.deepEqual(asked, [
      {
        ...{ session, titleId: 't1', idempotencyKey: 'k', home: 'us-east-1', account: 'a1', profile: '' },
        ...{ country: 'DE', maxStreams: 4, maxHeight: 2_160, maxAge: 0 },
      },
    ]);
    const { resumeMs, steering } = json as { resumeMs: number; steering: string };
    assert.deepEqual([resumeMs, steering], [5_000, '/v1/steering/p?session=s&home=us-east-1']);
  });

  it('is one of what is free while billing is out, and of the last known plan when there is one', async (t) => {
    let failing = true;
    const { call } = await openGateway(t, {
      billing: { getSubscription: async () => (failing ? out() : subscription) },
    });
    const open = async () => {
      const headers = { authorization: await accessHeader() };
      const { json } = await call('POST', '/v1/session', { headers, body: { device: 'tv', home: 'us-east-1' } });
      const { plan, degraded } = json as { plan: string; degraded?: true };
      return [plan, degraded];
    };
    assert.deepEqual(await open(), ['free', true]);
    failing = false;
    assert.deepEqual(await open(), ['premium', undefined]);
    failing = true;
    assert.deepEqual(await open(), ['premium', true]);
  });

  it('needs a token of ours, or none', async (t) => {
    const { call } = await openGateway(t);
    const body = { device: 'tv', home: 'us-east-1' };
    const none = `Bearer ${[
      { alg: 'none', typ: 'at+jwt' },
      { sub: 'a1', aud: 'faultflix', exp: 9e9 },
    ]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.')}.`;
    const refused: Readonly<Record<string, string>> = {
      none,
      nonsense: 'Bearer x',
      basic: 'Basic eA==',
      forged: `${await accessHeader()}x`,
      expired: await accessHeader({ claims: { exp: nowMs / 1_000 - 61 } }),
      'of another audience': await accessHeader({ claims: { aud: 'somebody' } }),
      'of another issuer': await accessHeader({ claims: { iss: 'https://evil.example' } }),
      'of an unknown key': await accessHeader({ header: { kid: 'k9' } }),
      'not valid yet': await accessHeader({ claims: { nbf: nowMs / 1_000 + 61 } }),
    };
    for (const [name, authorization] of Object.entries(refused)) {
      const answer = await call('POST', '/v1/session', { headers: { authorization }, body });
      assert.deepEqual([answer.status, codeOf(answer)], [401, 'unauthenticated'], name);
    }
    const skewed = await accessHeader({ claims: { exp: nowMs / 1_000 - 59, nbf: nowMs / 1_000 + 59 } });
    assert.equal((await call('POST', '/v1/session', { headers: { authorization: skewed }, body })).status, 200);
    assert.equal((await call('POST', '/v1/session', { body })).status, 200);
  });

  it('is checked with the last known keys while users is out, and cannot be before any are known', async (t) => {
    let failing = true;
    const { jwks } = await import('../testing/gateway.ts');
    const getKeys = async () => (failing ? out() : { jwks });
    const { call } = await openGateway(t, {
      users: { getKeys },
      billing: { getSubscription: async () => subscription },
    });
    const headers = { authorization: await accessHeader() };
    const subscribed = async () => (await call('GET', '/v1/subscription', { headers })).status;
    assert.equal(await subscribed(), 503);
    failing = false;
    assert.equal(await subscribed(), 200);
    failing = true;
    assert.equal(await subscribed(), 200);
  });
});

describe('each operation', () => {
  it('says unavailable while all are out, but those that need nobody or have a lesser answer', async (t) => {
    const { call, signIn } = await openGateway(t);
    const play = (await signIn()).authorization;
    const access = await accessHeader();
    const bodies: Readonly<Record<string, unknown>> = {
      openSession: { device: 'tv', home: 'us-east-1' },
      createAccount: { mail: 'a@example.test', name: 'A', password: 'long enough', country: 'DE' },
      createProfile: { name: 'Kid', maxAge: 6 },
      startPlayback: { titleId: 't1' },
      heartbeat: { playback: 'p', positionMs: 0 },
      stopPlayback: { playback: 'p' },
      subscribe: { plan: 'basic', card: 'card-good' },
    };
    const paths: Readonly<Record<string, string>> = {
      getArtwork: '/v1/artwork/t1/poster',
      search: '/v1/search?q=x',
      listPositions: '/v1/positions?profile=p',
      getSteering: '/v1/steering/p?session=s',
    };
    const statuses: Record<string, number> = {};
    for (const [name, { method, path, token }] of Object.entries(viewerApi)) {
      const authorization = token === 'play' ? play : token === 'none' ? undefined : access;
      const headers = { 'idempotency-key': name, ...(authorization === undefined ? {} : { authorization }) };
      const body = bodies[name];
      const target = paths[name] ?? path.replaceAll(/:\w+/g, 'x');
      const answer = await call(method, target, { headers, ...(body === undefined ? {} : { body }) });
      statuses[name] = answer.status;
      if (answer.status >= 400) assert.equal(answer.headers['content-type'], 'application/problem+json', name);
    }
    const lesser = { openSession: 200, browse: 200, getApi: 200, listPositions: 400 };
    const expected = Object.keys(viewerApi).map((name) => [name, 503]);
    assert.deepEqual(statuses, { ...Object.fromEntries(expected), ...lesser });
  });

  it('refuses an idempotency key that comes with another body, before anybody is asked', async (t) => {
    let asked = 0;
    const { call } = await openGateway(t, {
      users: {
        createAccount: async () => {
          asked++;
          return account;
        },
      },
      billing: {
        subscribe: async () => {
          asked++;
          return subscription;
        },
      },
    });
    const body = { mail: 'a@example.test', name: 'Ä 🎬', password: 'long enough', country: 'DE' };
    const headers = { 'idempotency-key': 'k', authorization: await accessHeader() };
    assert.equal((await call('POST', '/v1/accounts', { headers, body })).status, 201);
    assert.equal((await call('POST', '/v1/accounts', { headers, body })).status, 201);
    assert.equal((await call('POST', '/v1/subscription', { headers, body: { plan: 'basic', card: 'c' } })).status, 200);
    assert.equal(asked, 3, 'a key is of one operation');
    for (const [path, other] of [
      ['/v1/accounts', { ...body, name: 'B' }],
      ['/v1/subscription', { plan: 'premium', card: 'c' }],
    ] as const) {
      const answer = await call('POST', path, { headers, body: other });
      assert.deepEqual([answer.status, codeOf(answer)], [409, 'conflict']);
    }
    assert.equal(asked, 3);
  });

  it('says the plans of a country, of the one that is asked for, and the last known ones while billing is out', async (t) => {
    let failing = false;
    const { call } = await openGateway(t, {
      billing: {
        listPlans: async ({ country = '' }) =>
          failing ? out() : { plans: [{ ...premium, currency: country === 'IN' ? 'INR' : 'USD' }] },
      },
    });
    const currency = async (query: string) => {
      const { status, json } = await call('GET', `/v1/plans${query}`);
      return status === 200 ? (json as { plans: { currency: string }[] }).plans[0]!.currency : status;
    };
    assert.deepEqual([await currency(''), await currency('?country=IN')], ['USD', 'INR']);
    assert.equal(await currency('?country=nowhere'), 400);
    failing = true;
    assert.deepEqual(
      [await currency(''), await currency('?country=IN'), await currency('?country=DE')],
      ['USD', 'INR', 503],
    );
  });

  it('shows an account without its subscription while billing is out', async (t) => {
    const { call } = await openGateway(t, { users: { getAccount: async () => account } });
    const headers = { authorization: await accessHeader() };
    assert.deepEqual((await call('GET', '/v1/account', { headers })).json, { account, degraded: true });
  });

  it('gives profiles of the own account alone', async (t) => {
    const profiles = [kid];
    const { call, signIn, signInAs } = await openGateway(t, {
      users: {
        listProfiles: async () => ({ profiles }),
        createProfile: async ({ name = '', maxAge = 0 }) => ({ id: 'p3', name, maxAge }),
        deleteProfile: async () => ({}),
      },
      playback: {
        listPositions: async ({ profile }) => ({ positions: [{ titleId: profile!, positionMs: 1, atMs: 2 }] }),
      },
    });
    const access = { authorization: await accessHeader() };
    const made = await call('POST', '/v1/profiles', { headers: access, body: { name: 'Kid', maxAge: 6 } });
    assert.deepEqual([made.status, (made.json as { id: string }).id], [201, 'p3']);
    assert.deepEqual((await call('GET', '/v1/profiles', { headers: access })).json, { profiles });
    assert.equal((await call('DELETE', '/v1/profiles/p2', { headers: access })).status, 200);
    const headers = { authorization: (await signInAs()).authorization };
    const positions = await call('GET', '/v1/positions?profile=p2', { headers });
    assert.deepEqual(positions.json, { positions: [{ titleId: 'p2', positionMs: 1, atMs: 2 }] });
    assert.equal((await call('GET', '/v1/positions?profile=p9', { headers })).status, 404);
    const device = { authorization: (await signIn()).authorization };
    assert.equal((await call('GET', '/v1/positions?profile=p2', { headers: device })).status, 400);
  });

  it('says for whom a film starts and stops, and up to which age; nothing of it while accounts are out', async (t) => {
    let failing = false;
    const asked: object[] = [];
    const started = { playback: 'p', titleId: 't1', edges: [], hls: '/h', dash: '/d', steering: '' };
    const { call, signInAs } = await openGateway(t, {
      users: { listProfiles: async () => (failing ? out() : { profiles: [kid] }) },
      playback: {
        startPlayback: async ({ profile, maxAge }) => {
          asked.push({ profile, maxAge });
          return { ...started, heartbeatMs: 1, expiresAtMs: 1, resumeMs: 0 };
        },
        stopPlayback: async ({ profile, titleId, positionMs }) => {
          asked.push({ profile, titleId, positionMs });
          return {};
        },
      },
    });
    const headers = { authorization: (await signInAs()).authorization, 'idempotency-key': 'k' };
    const ask = async (path: string, body: object) => (await call('POST', path, { headers, body })).status;
    const at = { playback: 'p', positionMs: 7_000, titleId: 't1', profile: 'p2' };
    assert.equal(await ask('/v1/play', { titleId: 't1', profile: 'p2' }), 200);
    assert.equal(await ask('/v1/stop', at), 200);
    assert.equal(await ask('/v1/stop', { playback: 'p' }), 200);
    assert.equal(await ask('/v1/stop', { ...at, positionMs: -1 }), 400);
    assert.equal(await ask('/v1/stop', { ...at, profile: 'p9' }), 404);
    const none = { profile: undefined, titleId: undefined, positionMs: undefined };
    const stopped = { profile: 'p2', titleId: 't1', positionMs: 7_000 };
    assert.deepEqual(asked.splice(0), [{ profile: 'p2', maxAge: 6 }, stopped, none]);
    failing = true;
    assert.equal(await ask('/v1/stop', at), 200);
    assert.equal(asked.length, 1);
  });

  it('shows titles, what is kin to them, and pictures that may do nothing', async (t) => {
    const { call, signIn } = await openGateway(t, {
      catalog: {
        listTitles: async ({ pageToken }) => ({
          titles: [title, { ...title, id: 't2' }],
          nextPageToken: pageToken ? '' : 'n',
        }),
        getTitle: async () => ({ title }),
        getArtwork: async () => ({ image: Buffer.from('<svg/>'), contentType: 'image/svg+xml' }),
      },
    });
    const headers = { authorization: (await signIn()).authorization };
    const page = (await call('GET', '/v1/titles?limit=2', { headers })).json as { cursor: string; titles: unknown[] };
    assert.equal(page.cursor, 'n');
    assert(!('media' in (page.titles[0] as object)), 'where the media lies is not for viewers');
    assert.equal(
      ((await call('GET', '/v1/titles?cursor=n', { headers })).json as { cursor?: string }).cursor,
      undefined,
    );
    const similar = (await call('GET', '/v1/titles/t1/similar', { headers })).json as { titles: { id: string }[] };
    assert.deepEqual([similar.titles.map(({ id }) => id), (similar as { degraded?: true }).degraded], [['t2'], true]);
    const art = await call('GET', '/v1/artwork/t1/wide');
    assert.equal(art.text, '<svg/>');
    assert.match(String(art.headers['content-security-policy']), /sandbox/);
    assert.match(String(art.headers['cache-control']), /max-age/);
    for (const path of ['/v1/titles?limit=0', '/v1/titles?limit=1&limit=2', '/v1/search', '/v1/artwork/t1/round'])
      assert.equal((await call('GET', path, { headers })).status, 400, path);
  });

  it('passes what the player says of itself', async (t) => {
    const beats: unknown[] = [];
    const { call, signIn } = await openGateway(t, {
      playback: {
        heartbeat: async ({ cmcd }) => {
          beats.push(cmcd);
          return {};
        },
      },
    });
    const headers = {
      authorization: (await signIn()).authorization,
      'cmcd-request': 'bl=8000',
      'cmcd-object': 'br=3200',
    };
    await call('POST', '/v1/heartbeat', { headers, body: { playback: 'p', positionMs: 0 } });
    assert.deepEqual(beats, ['bl=8000,br=3200']);
  });
});

it('a client that asks too much is told when to come again, and others are not held up', async (t) => {
  const { call, signIn } = await openGateway(t);
  const [eager, other] = [await signIn(), await signIn()];
  const browse = (authorization: string) => call('GET', '/v1/browse', { headers: { authorization } });
  for (let i = 0; i < allowances.free!.burst; i++) assert.equal((await browse(eager.authorization)).status, 200);
  const refused = await browse(eager.authorization);
  assert.deepEqual([refused.status, codeOf(refused), refused.headers['retry-after']], [429, 'rate-limited', '1']);
  assert.equal((await browse(other.authorization)).status, 200);
});

describe('signing in', () => {
  it('is passed to users whole, and its answer too', async (t) => {
    const sent: Array<{ path: string; headers?: Readonly<Record<string, string>>; body?: Buffer | string }> = [];
    const { call, origin } = await openGateway(t, {
      oidc: {
        request: async (request) => {
          sent.push(request);
          const headers = {
            location: 'https://x.test/cb?code=1',
            'set-cookie': ['a=1', 'b=2'],
            'transfer-encoding': 'x',
          };
          return { status: 302, headers, body: Buffer.alloc(0), endpoint: {} as never };
        },
      },
    });
    const headers = {
      cookie: 'c=1',
      'content-type': 'application/x-www-form-urlencoded',
      'x-forwarded-host': 'watch:1',
    };
    const answer = await call('POST', '/oidc/token', { headers, body: 'grant_type=x' });
    assert.deepEqual([answer.status, answer.headers.location], [302, 'https://x.test/cb?code=1']);
    assert.deepEqual(answer.headers['set-cookie'], ['a=1', 'b=2']);
    assert.equal(sent[0]!.body?.toString(), 'grant_type=x');
    assert.equal(sent[0]!.headers?.cookie, 'c=1');
    assert.equal(sent[0]!.headers?.['x-forwarded-host'], 'watch:1');
    await call('GET', '/oidc/jwks');
    assert.equal(`https://${sent[1]!.headers?.['x-forwarded-host']}`, origin);
    for (const path of ['/oidc/a/..%2fb', '/oidc/a/%2e%2e%2fb', '/oidc/..%5cb'])
      assert.equal((await call('GET', path)).status, 400, path);
    assert.equal(sent.length, 2);
  });

  it('is unavailable while users is out', async (t) => {
    const { call } = await openGateway(t);
    assert.equal(codeOf(await call('GET', '/oidc/jwks')), 'unavailable');
  });
});

describe('a request that asks for less', () => {
  it('is asked for at that priority, as the router and the gateway are by the same table', async (t) => {
    const priorities: (string | undefined)[] = [];
    const getTitle = async () => {
      priorities.push(currentRequest()?.priority);
      return { title };
    };
    const { call, signIn } = await openGateway(t, { catalog: { getTitle } });
    const { authorization } = await signIn();
    for (const baggage of ['priority=prefetch', 'priority=playing', ''])
      await call('GET', '/v1/titles/t1', { headers: { authorization, baggage } });
    assert.deepEqual(priorities, ['prefetch', 'browsing', 'browsing']);
  });
});
