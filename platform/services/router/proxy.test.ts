import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { systemClock } from '#base/clock.ts';
import { mintPlayToken } from '#contracts/play-token.ts';
import type { HttpsRequest, HttpsResponse } from '#kit/context.ts';
import { SwitchableGuards } from '#kit/resilience/guards.ts';
import type { Endpoint } from '#kit/service.ts';
import { openDoor } from '#test/support/https-door.ts';
import { proxyRoutes } from './proxy.ts';
import { steeringDocument } from './steering.ts';

const endpoint = (region: 'us-east-1' | 'us-west-2', n: number): Endpoint => ({
  ...{ id: `${n}`, service: 'gateway', region, node: undefined, zone: undefined, state: 'ready' },
  ...{ podIp: `10.0.0.${n}`, host: `127.0.0.${n}`, port: 8441 },
});
const token = await mintPlayToken({ session: 's1', home: 'us-west-2', device: 'tv' }, Buffer.alloc(32), Date.now());
const authorization = `Bearer ${token}`;

async function router(t: TestContext, answer: Partial<HttpsResponse> = {}) {
  const sent: HttpsRequest[] = [];
  const whole: HttpsResponse = {
    status: 200,
    headers: { 'content-type': 'application/json', 'x-secret': 'inside' },
    body: Buffer.from('{"ok":true}'),
    endpoint: endpoint('us-east-1', 1),
    ...answer,
  };
  const https = () => ({
    request: async (request: HttpsRequest) => {
      sent.push(request);
      return whole;
    },
  });
  const endpoints = () => ({
    ...{ list: () => [endpoint('us-east-1', 1), endpoint('us-west-2', 2)], nearest: () => [] },
    ...{ onChange: () => () => undefined, known: Promise.resolve() },
  });
  const context = { https, endpoints, clock: systemClock, guards: new SwitchableGuards() };
  return { ...(await openDoor((app) => proxyRoutes(app, context), t)), sent };
}

describe('the router', () => {
  it('sends a viewer home, sticky by the session, and says which region answered', async (t) => {
    const { call, sent } = await router(t);
    const answer = await call('GET', '/v1/browse?page=2', { headers: { authorization, cookie: 'not=forwarded' } });
    assert.deepEqual(answer.json, { ok: true });
    assert.equal(answer.headers['x-faultflix-region'], 'us-east-1');
    assert.equal(answer.headers['x-secret'], undefined);
    const { prefer, stickyKey, idempotent, path, headers, priority } = sent[0]!;
    assert.deepEqual(
      { prefer, stickyKey, idempotent, path, priority },
      {
        ...{ prefer: 'us-west-2', stickyKey: 's1', idempotent: true, path: '/v1/browse?page=2', priority: 'browsing' },
      },
    );
    assert.equal(headers?.authorization, authorization);
    assert.equal(headers?.cookie, undefined);
  });

  it('finds the home of a sign-in in its body or its header, and passes the body as it came', async (t) => {
    const { call, sent } = await router(t);
    const body = '{"device":"tv",  "home":"us-east-1"}';
    await call('POST', '/v1/session', { body });
    await call('POST', '/v1/session', { body: '{"device":', headers: { 'x-faultflix-home': 'ap-south-1' } });
    await call('POST', '/v1/session', { body: '{"device":' });
    assert.deepEqual(
      sent.map(({ prefer }) => prefer),
      ['us-east-1', 'ap-south-1', undefined],
    );
    assert.equal(sent[0]!.body?.toString(), body);
    assert.equal(sent[2]!.body?.toString(), '{"device":');
  });

  it('lets a viewer ask for less than the route has, and never for more', async (t) => {
    const { call, sent } = await router(t);
    const ask = (baggage: string) => call('GET', '/v1/browse', { headers: { authorization, baggage } });
    for (const priority of ['prefetch', 'playing', 'starting', 'browsing', 'royal', ''])
      await ask(`priority=${priority}`);
    await call('POST', '/v1/heartbeat', { body: {}, headers: { authorization } });
    assert.deepEqual(
      sent.map(({ priority }) => priority),
      ['prefetch', ...Array.from({ length: 5 }, () => 'browsing'), 'playing'],
    );
  });

  it('repeats a start only when it has a key', async (t) => {
    const { call, sent } = await router(t);
    const body = { titleId: 't' };
    await call('POST', '/v1/play', { body, headers: { authorization } });
    await call('POST', '/v1/play', { body, headers: { authorization, 'idempotency-key': 'k1' } });
    await call('POST', '/v1/heartbeat', { body: {}, headers: { authorization } });
    assert.deepEqual(
      sent.map(({ idempotent, idempotencyKey, priority }) => [idempotent, idempotencyKey, priority]),
      [
        [false, undefined, 'starting'],
        [true, 'k1', 'starting'],
        [true, undefined, 'playing'],
      ],
    );
  });

  it('passes errors through as they are', async (t) => {
    const body = Buffer.from('{"error":{"code":"overloaded"}}');
    const { call } = await router(t, {
      status: 503,
      body,
      headers: { 'content-type': 'application/json', 'retry-after': '1' },
    });
    const answer = await call('GET', '/v1/browse');
    assert.equal(answer.status, 503);
    assert.equal(answer.headers['retry-after'], '1');
    assert.deepEqual(answer.json, { error: { code: 'overloaded' } });
  });

  it('passes signing in whole: cookies, redirects, and the name by which the viewer came', async (t) => {
    const headers = {
      ...{ location: '/oidc/interaction/1', 'set-cookie': ['a=1; HttpOnly', 'b=2'], connection: 'x-hop', 'x-hop': '1' },
      ...{ 'keep-alive': 'timeout=5', 'faultflix-relayed': '1', 'content-length': '999' },
    };
    const { call, sent, origin } = await router(t, { status: 303, headers, body: Buffer.alloc(0) });
    const form = { 'content-type': 'application/x-www-form-urlencoded', cookie: 'c=3', te: 'trailers' };
    const answer = await call('POST', '/oidc/token?x=1', {
      body: 'a=b',
      headers: { ...form, baggage: 'priority=playing' },
    });
    assert.equal(answer.status, 303);
    assert.equal(answer.headers.location, '/oidc/interaction/1');
    assert.deepEqual(answer.headers['set-cookie'], ['a=1; HttpOnly', 'b=2']);
    for (const name of ['x-hop', 'faultflix-relayed']) assert.equal(answer.headers[name], undefined, name);
    const { method, path, headers: told = {}, body, idempotent, priority } = sent[0]!;
    assert.deepEqual(
      [method, path, body?.toString(), idempotent, priority],
      ['POST', '/oidc/token?x=1', 'a=b', false, 'starting'],
    );
    assert.equal(told.cookie, 'c=3');
    assert.equal(`https://${told['x-forwarded-host']}`, origin);
    for (const name of ['te', 'host', 'connection', 'content-length', 'baggage'])
      assert.equal(told[name], undefined, name);
    await call('GET', '/oidc/.well-known/openid-configuration');
    assert.equal(sent[1]!.idempotent, true);
  });

  it('lets pages of ours read, and no others', async (t) => {
    const { call } = await router(t);
    const ours = await call('OPTIONS', '/v1/play', { headers: { origin: 'https://watch.faultflix.test' } });
    assert.equal(ours.status, 204);
    assert.equal(ours.headers['access-control-allow-origin'], 'https://watch.faultflix.test');
    assert.match(String(ours.headers['access-control-allow-headers']), /idempotency-key/);
    const read = await call('GET', '/v1/plans', { headers: { origin: 'http://127.0.0.1:5173' } });
    assert.equal(read.headers['access-control-allow-origin'], 'http://127.0.0.1:5173');
    assert.equal(read.headers['x-content-type-options'], 'nosniff');
    assert.match(String(read.headers['content-security-policy']), /default-src 'none'/);
    for (const origin of [
      'https://evil.example',
      'https://faultflix.test.evil.example',
      'null',
      'https://127.0.0.1.evil',
    ])
      assert.equal(
        (await call('GET', '/v1/plans', { headers: { origin } })).headers['access-control-allow-origin'],
        undefined,
      );
  });

  it('has no other way in', async (t) => {
    const { call, sent } = await router(t);
    for (const path of ['/metrics', '/v1/admin', '/internal/usage', '/v1/play/../session', '/v1/%2e%2e/internal/usage'])
      assert.notEqual((await call('GET', path)).status, 200, path);
    assert.deepEqual(sent, []);
  });
});

it('the steering document orders regions and their edges', () => {
  const document = steeringDocument([endpoint('us-west-2', 3), endpoint('us-west-2', 4), endpoint('us-east-1', 1)]);
  assert.deepEqual(document['PATHWAY-PRIORITY'], ['us-west-2', 'us-east-1']);
  assert.deepEqual(document.regions, [
    { region: 'us-west-2', edges: ['https://127.0.0.3:8441', 'https://127.0.0.4:8441'] },
    { region: 'us-east-1', edges: ['https://127.0.0.1:8441'] },
  ]);
  assert.deepEqual(steeringDocument([])['PATHWAY-PRIORITY'], []);
});
