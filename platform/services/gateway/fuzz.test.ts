/** Whatever is sent: no 500, every refusal a problem with a code of the catalogue, and the gateway still stands. */
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import fc from 'fast-check';
import { Agent, request } from 'undici';
import { catalogue } from '#base/errors.ts';
import { viewerApi } from '#contracts/viewer-api.ts';
import type { HttpsClient } from '#kit/context.ts';
import { StaticEndpoints } from '#kit/testing/static-endpoints.ts';
import { SharedLimits } from './limits/shared-limits.ts';
import { accessHeader, openGateway, type Some } from './testing/gateway.ts';

const RUNS = 300;
const operations = Object.values(viewerApi);

const title = {
  ...{ id: 't', name: 'T', year: 1, kind: 'film', people: [], synopsis: '', minutes: 1, rank: 1, genres: [] },
  ...{ media: 'm', seasons: [], countries: [], age: 0 },
};
/** Answers well whatever it is asked, so that what is wrong is the gateway's. */
const well: Some = {
  users: {
    createAccount: async () => ({ id: 'a', mail: 'm', name: 'n', country: 'DE', createdAtMs: 1 }),
    getAccount: async () => ({ id: 'a', mail: 'm', name: 'n', country: 'DE', createdAtMs: 1 }),
    listProfiles: async () => ({ profiles: [] }),
    createProfile: async () => ({ id: 'p', name: 'n', maxAge: 0 }),
    deleteProfile: async () => ({}),
  },
  catalog: {
    ...{ listTitles: async () => ({ titles: [title], nextPageToken: '' }), getTitle: async () => ({ title }) },
    ...{ getTitles: async () => ({ titles: [title] }), search: async () => ({ titles: [] }) },
    ...{
      listGenres: async () => ({ genres: [] }),
      getArtwork: async () => ({ image: Buffer.alloc(1), contentType: 'image/png' }),
    },
  },
  recommendations: { home: async () => ({ rows: [], degraded: false }), similar: async () => ({ titleIds: ['t'] }) },
  playback: {
    heartbeat: async () => ({}),
    stopPlayback: async () => ({}),
    listPositions: async () => ({ positions: [] }),
    getSteering: async () => ({ manifest: '{}' }),
    startPlayback: async () => ({
      ...{ playback: 'p', titleId: 't', edges: [], hls: '', dash: '', heartbeatMs: 1, expiresAtMs: 1, resumeMs: 0 },
      steering: '',
    }),
  },
  billing: {
    ...{ listPlans: async () => ({ plans: [] }), listBills: async () => ({ bills: [], nextPageToken: '' }) },
    getSubscription: async () => ({ account: 'a', plan: null, state: 'none', periodStartMs: 0, periodEndMs: 0 }),
    subscribe: async () => ({ account: 'a', plan: null, state: 'active', periodStartMs: 0, periodEndMs: 0 }),
    cancel: async () => ({ account: 'a', plan: null, state: 'ended', periodStartMs: 0, periodEndMs: 0 }),
  },
};

/** `%2e%2e/oidc` is `/oidc` to whoever reads a URL: every way there is passed on, none is a failure of ours. */
const wellOidc: HttpsClient = {
  request: async () => ({
    ...{ status: 200, headers: {}, body: Buffer.from('{}') },
    endpoint: new StaticEndpoints('users', [{ id: 'users-0', port: 1 }]).list()[0]!,
  }),
};

async function fuzzed(t: TestContext, some: Some = well) {
  const limits = new SharedLimits({ clock: { now: () => 0, sleep: async () => undefined }, peers: () => [] });
  Object.assign(limits, { take: () => 0 }); // what is tried here is everything behind the limits
  const gateway = await openGateway(t, { oidc: wellOidc, ...some, limits });
  const agent = new Agent({ connect: { rejectUnauthorized: false } });
  t.after(() => agent.close());
  const tokens = { play: (await gateway.signIn()).authorization, access: await accessHeader() };
  const send = async (method: string, path: string, headers: Record<string, string>, body?: Buffer | string) => {
    const options = { method: method as 'GET', dispatcher: agent, headers, body: body ?? null };
    const answer = await request(`${gateway.origin}${path}`, options);
    return { status: answer.statusCode, type: String(answer.headers['content-type']), text: await answer.body.text() };
  };
  return { ...gateway, tokens, send };
}

function judge({ status, type, text }: { status: number; type: string; text: string }, what: string): void {
  assert(status < 500, `${status} to ${what}: ${text}`);
  if (status < 400) return;
  assert.equal(type, 'application/problem+json', what);
  const { code, status: said } = JSON.parse(text) as { code: string; status: number };
  assert.equal(said, status, what);
  assert(Object.hasOwn(catalogue, code), `${code} to ${what}`);
}

/** Near what is right, so that it comes far: known names, and any values. */
const names = [
  'device',
  'home',
  'titleId',
  'profile',
  'playback',
  'positionMs',
  'mail',
  'name',
  'password',
  'country',
  'maxAge',
  'plan',
  'card',
];
const value = fc.oneof(
  fc.constantFrom(
    'us-east-1',
    'DE',
    'a@b.test',
    't1',
    '\u0000',
    '\ud800',
    '🎬'.repeat(30),
    '../../etc/passwd',
    "' or 1=1--",
  ),
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.constantFrom(0, -1, 1.5, 1e308, 2 ** 53, null, true, [], {}),
  fc.jsonValue({ maxDepth: 3 }),
);
const body = fc.oneof(fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 6 }), fc.jsonValue());

describe('whatever is sent', () => {
  it('in a body, to any operation, with a good token', async (t) => {
    const { send, tokens } = await fuzzed(t);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...operations),
        body,
        fc.string({ maxLength: 20 }),
        async (operation, sent, key) => {
          const { method, path, token } = operation;
          const headers = {
            'content-type': 'application/json',
            'idempotency-key': encodeURIComponent(key.toWellFormed()) || 'k',
            authorization: token === 'play' ? tokens.play : tokens.access,
          };
          const text = method === 'GET' ? undefined : JSON.stringify(sent);
          judge(await send(method, path.replaceAll(/:\w+/g, 'x'), headers, text), `${method} ${path} ${text}`);
        },
      ),
      { numRuns: RUNS },
    );
  });

  it('as bytes that are no JSON, of any type', async (t) => {
    const { send, tokens } = await fuzzed(t);
    const types = fc.constantFrom(
      'application/json',
      'application/json; charset=utf-16',
      'text/plain',
      'a/b',
      '*/*',
      ';',
    );
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), types, async (bytes, type) => {
        const headers = { 'content-type': type, authorization: tokens.play, 'idempotency-key': 'k' };
        const answer = await send('POST', '/v1/play', headers, Buffer.from(bytes));
        judge(answer, `${type} ${Buffer.from(bytes).toString('hex')}`);
        assert(answer.status >= 400);
      }),
      { numRuns: RUNS },
    );
  });

  it('in a path and a query', async (t) => {
    const { send, tokens } = await fuzzed(t);
    const part = fc.oneof(
      fc.constantFrom(
        'v1',
        'titles',
        'artwork',
        'steering',
        '..',
        '.',
        '%2e%2e',
        '%2f',
        '%00',
        '%',
        '%ff',
        '*',
        ':id',
        'oidc',
        '',
      ),
      fc.string({ maxLength: 20 }).map((text) => encodeURIComponent(text.toWellFormed())),
      fc.constant('a'.repeat(600)),
    );
    const query = fc.oneof(
      fc.constant(''),
      fc.constantFrom(
        '?limit=1e9',
        '?limit=-1',
        '?cursor=%00',
        '?q=%ff',
        '?q=a&q=b',
        '?__proto__=1',
        '?constructor[a]=1',
        '?%=%',
      ),
    );
    const method = fc.constantFrom('GET', 'POST', 'DELETE', 'PUT', 'PATCH', 'OPTIONS');
    await fc.assert(
      fc.asyncProperty(method, fc.array(part, { maxLength: 5 }), query, async (verb, parts, asked) => {
        const path = `/${parts.join('/')}${asked}`;
        judge(await send(verb, path, { authorization: tokens.play }), `${verb} ${path}`);
      }),
      { numRuns: RUNS },
    );
  });

  it('in headers', async (t) => {
    const { send, tokens } = await fuzzed(t);
    const name = fc.constantFrom(
      ...['authorization', 'baggage', 'traceparent', 'idempotency-key', 'origin', 'cmcd-request', 'x-faultflix-home'],
      ...['x-faultflix-peer', 'accept', 'x-forwarded-host', 'accept-version', 'if-none-match'],
    );
    const text = fc.oneof(
      fc.string({ maxLength: 300 }).map((one) => one.replaceAll(/[^\x20-\x7e]/g, '~')),
      fc.constantFrom(
        'priority=playing,deadline=-1',
        'deadline=NaN',
        'session=%ff',
        `Bearer ${'a'.repeat(5_000)}`,
        'Bearer e30.e30.e30',
      ),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...operations),
        fc.dictionary(name, text, { maxKeys: 4 }),
        async (operation, sent) => {
          const { method, path } = operation;
          const headers = { authorization: tokens.play, 'content-type': 'application/json', ...sent };
          const target = path.replaceAll(/:\w+/g, 'x');
          judge(
            await send(method, target, headers, method === 'GET' ? undefined : '{}'),
            `${method} ${JSON.stringify(sent)}`,
          );
        },
      ),
      { numRuns: RUNS },
    );
  });

  it('is found out when a route fails by our fault', async (t) => {
    const broken = {
      ...well,
      playback: { ...well.playback, heartbeat: async () => Promise.reject(new TypeError('a bug')) },
    };
    const { send, tokens } = await fuzzed(t, broken);
    const headers = { 'content-type': 'application/json', authorization: tokens.play };
    const answer = await send('POST', '/v1/heartbeat', headers, '{"playback":"p","positionMs":0}');
    assert.throws(() => judge(answer, 'a heartbeat'), /500/);
  });
});
