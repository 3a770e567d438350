import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { FaultflixError } from '#base/errors.ts';
import type { StartPlaybackRequest } from '#contracts/generated/faultflix/playback/v1/StartPlaybackRequest.ts';
import type { CallOptions } from '#kit/context.ts';
import { currentRequest } from '#kit/request-context.ts';
import { codeOf, nowMs, openGateway, type Some } from './testing/gateway.ts';

const started = {
  ...{ playback: 'p.q', titleId: 't1', edges: ['https://127.0.0.1:8441'], hls: '/h', dash: '/d' },
  ...{ heartbeatMs: 10_000, expiresAtMs: nowMs + 1, resumeMs: 0, steering: '' },
};

async function gateway(t: TestContext, some: Some = {}) {
  const asked: Array<[StartPlaybackRequest, CallOptions | undefined]> = [];
  const playback = {
    startPlayback: async (request: StartPlaybackRequest, options?: CallOptions) => {
      asked.push([request, options]);
      return started;
    },
    heartbeat: async () => ({}),
  };
  return { ...(await openGateway(t, { playback, ...some })), asked };
}

describe('the gateway', () => {
  it('signs in, and starts for the session and home of the token', async (t) => {
    const { call, asked, signIn } = await gateway(t);
    const { session, authorization } = await signIn();
    const headers = { authorization, 'idempotency-key': 'k1' };
    const { status, json } = await call('POST', '/v1/play', { headers, body: { titleId: 't1' } });
    assert.equal(status, 200);
    assert.deepEqual(json, {
      ...{ playback: 'p.q', title: 't1', edges: started.edges, hls: '/h', dash: '/d' },
      heartbeatMs: 10_000,
    });
    const start = {
      ...{ session, titleId: 't1', idempotencyKey: 'k1', home: 'us-west-2', account: '', profile: '' },
      ...{ country: 'US', maxStreams: 1, maxHeight: 720, maxAge: 0 },
    };
    assert.deepEqual(asked, [[start, { idempotencyKey: 'k1', priority: 'starting' }]]);
    const beat = { playback: 'p.q', positionMs: 1_000 };
    assert.deepEqual((await call('POST', '/v1/heartbeat', { headers, body: beat })).json, {});
  });

  it('scopes what it calls by the session, whatever the baggage claims', async (t) => {
    const sessions: Array<string | undefined> = [];
    const startPlayback = async () => {
      sessions.push(currentRequest()?.session);
      return started;
    };
    const { call, signIn } = await gateway(t, { playback: { startPlayback } });
    const { session, authorization } = await signIn();
    const headers = { authorization, 'idempotency-key': 'k', baggage: 'session=another' };
    await call('POST', '/v1/play', { headers, body: { titleId: 't' } });
    assert.deepEqual(sessions, [session]);
  });

  it('says when what it shows is degraded, and only then', async (t) => {
    const whole = await gateway(t);
    const { authorization } = await whole.signIn();
    const headers = { authorization };
    assert.deepEqual((await whole.call('GET', '/v1/browse', { headers })).json, {
      rows: [{ reason: 'popular', titles: [] }],
    });
    const { call } = await gateway(t, { shelf: { rows: async () => ({ rows: [], degraded: true }) } });
    assert.deepEqual((await call('GET', '/v1/browse', { headers })).json, { rows: [], degraded: true });
  });

  it('lets nobody in without a token', async (t) => {
    const { call } = await gateway(t);
    const body = { titleId: 't1' };
    for (const answer of [
      await call('GET', '/v1/browse'),
      await call('POST', '/v1/play', { body, headers: { 'idempotency-key': 'k', authorization: 'Bearer x.y.z' } }),
      await call('POST', '/v1/heartbeat', { body: { playback: 'p', positionMs: 0 } }),
    ])
      assert.deepEqual([answer.status, codeOf(answer)], [401, 'unauthenticated']);
  });

  it('names the field that is wrong', async (t) => {
    const { call, signIn, asked } = await gateway(t);
    const { authorization } = await signIn();
    const keyed = { authorization, 'idempotency-key': 'k' };
    const cases: ReadonlyArray<[string, Record<string, string>, unknown, string]> = [
      ['/v1/session', {}, { device: 'tv', home: 'mars' }, 'body.home'],
      ['/v1/session', {}, { device: '', home: 'us-east-1' }, 'body.device'],
      ['/v1/session', {}, [], 'body'],
      ['/v1/play', { authorization }, { titleId: 't' }, 'header idempotency-key'],
      ['/v1/play', keyed, {}, 'body.titleId'],
      ['/v1/play', keyed, { titleId: 't', extra: 1 }, 'body'],
      ['/v1/heartbeat', keyed, { playback: 'p', positionMs: -1 }, 'body.positionMs'],
      ['/v1/heartbeat', keyed, { playback: 'p', positionMs: 1.5 }, 'body.positionMs'],
    ];
    for (const [path, headers, body, where] of cases) {
      const answer = await call('POST', path, { headers, body });
      const error = answer.json as { code: string; where: string };
      assert.deepEqual([answer.status, error.code, error.where], [400, 'bad-input', where], path);
    }
    const broken = await call('POST', '/v1/session', { body: '{"device":' });
    assert.deepEqual([broken.status, codeOf(broken)], [400, 'bad-input']);
    assert.deepEqual(asked, [], 'nothing wrong goes further');
  });

  it('answers with the status that the catalogue of errors gives', async (t) => {
    for (const [code, status] of [
      ['not-found', 404],
      ['unavailable', 503],
      ['deadline-exceeded', 504],
      ['overloaded', 503],
    ] as const) {
      const playback = {
        startPlayback: async () => Promise.reject(new FaultflixError(code, 'as it is')),
      };
      const { call, signIn } = await gateway(t, { playback });
      const headers = { authorization: (await signIn()).authorization, 'idempotency-key': 'k' };
      const answer = await call('POST', '/v1/play', { headers, body: { titleId: 't' } });
      assert.deepEqual([answer.status, codeOf(answer)], [status, code]);
    }
  });
});
