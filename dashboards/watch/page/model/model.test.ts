import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fragmentOf, type Route, routeOf } from '../route.ts';
import { Api } from './api.ts';
import { ApiError, errorOf } from './api-error.ts';
import { clockText, minutesText, moneyText, rowName } from './words.ts';

describe('the route', () => {
  it('is the same there and back, whatever is searched for', () => {
    const routes: readonly Route[] = [
      { page: 'home' },
      { page: 'search', query: 'a/b ü%' },
      { page: 'title', id: 'the-salt-road' },
      { page: 'player', id: 'x.s1e2' },
      { page: 'account' },
      { page: 'profiles' },
    ];
    for (const route of routes) assert.deepEqual(routeOf(fragmentOf(route)), route);
  });
  it('is home where it means nothing', () => {
    for (const fragment of ['', '#', '#/', '#/nowhere', '#/title', '#/title/%', '#/player/'])
      assert.deepEqual(routeOf(fragment), { page: 'home' }, fragment);
  });
});

describe('a device’s calls', () => {
  const api = (answers: readonly [status: number, body: string][]) => {
    const asked: string[] = [];
    const left = [...answers];
    const fetched = (async (path: string, init: RequestInit) => {
      asked.push(`${init.method} ${path} ${new Headers(init.headers).get('authorization') ?? ''}`.trim());
      const [status, body] = left.shift()!;
      return new Response(body, { status });
    }) as typeof fetch;
    const made = new Api({
      fetch: fetched,
      device: 'd',
      home: 'us-east-1',
      accessToken: async () => undefined,
      sleep: async () => undefined,
    });
    return { made, asked };
  };
  const session = (token: string): [number, string] => [200, JSON.stringify({ playToken: token })];

  it('open one session, and another when the token is no longer taken', async () => {
    const { made, asked } = api([session('a'), [200, '1'], [401, '{}'], session('b'), [200, '2']]);
    assert.equal((await made.call('/x')).value, 1);
    assert.equal((await made.call('/x')).value, 2);
    assert.deepEqual(asked, [
      'POST /v1/session',
      'GET /x Bearer a',
      'GET /x Bearer a',
      'POST /v1/session',
      'GET /x Bearer b',
    ]);
  });
  it('ask for a session again after one could not be had', async () => {
    const overloaded: [number, string] = [503, '{"code":"overloaded","detail":"later"}'];
    const { made } = api([overloaded, overloaded, overloaded, session('a'), [200, '1']]);
    await assert.rejects(made.call('/x'), (error: unknown) => error instanceof ApiError && error.code === 'overloaded');
    assert.equal((await made.call('/x')).value, 1);
  });
  it('that may be repeated are, when the answer is a moment’s; those that may not are not', async () => {
    const away: [number, string] = [503, '{}'];
    const { made, asked } = api([session('a'), away, [200, '1'], away, [400, '{}'], away, [200, '2']]);
    assert.equal((await made.call('/x')).value, 1);
    await assert.rejects(made.call('/beat', { method: 'POST', body: {} }), { status: 503 });
    await assert.rejects(made.call('/x'), { status: 400 });
    assert.equal((await made.call('/play', { method: 'POST', key: 'k' })).value, 2);
    assert.deepEqual(
      asked.map((line) => line.replace(' Bearer a', '')),
      ['POST /v1/session', 'GET /x', 'GET /x', 'POST /beat', 'GET /x', 'POST /play', 'POST /play'],
    );
  });
  it('of nobody’s account are not made', async () => {
    const { made, asked } = api([]);
    await assert.rejects(made.own('/v1/account'), { code: 'unauthenticated' });
    assert.deepEqual(asked, []);
  });
  it('as the page is left go out at once, with the token there is', async () => {
    const { made, asked } = api([session('a'), [200, '1'], [200, '']]);
    made.leave('/v1/stop', {});
    await made.call('/x');
    made.leave('/v1/stop', {});
    assert.deepEqual(asked, ['POST /v1/session', 'GET /x Bearer a', 'POST /v1/stop Bearer a']);
  });
  it('fail with a code, whatever came', () => {
    const read = (text: string) => {
      const { code, message } = errorOf(500, text);
      return [code, message];
    };
    assert.deepEqual(read('{"code":"not-found","detail":"no such title"}'), ['not-found', 'no such title']);
    assert.deepEqual(read('{"error":{"code":"conflict","message":"taken"}}'), ['conflict', 'taken']);
    assert.deepEqual(read('<html>'), ['http-500', 'HTTP 500']);
    assert.deepEqual(read('null'), ['http-500', 'HTTP 500']);
    assert.equal(errorOf(429, '{}', '7').retryAfterSeconds, 7);
    assert.equal(errorOf(429, '{}', 'Wed, 21 Oct 2026 07:28:00 GMT').retryAfterSeconds, undefined);
  });
});

describe('words', () => {
  it('for rows, times and money', () => {
    assert.equal(rowName('because:Undertow: Part II'), 'Because you watched Undertow: Part II');
    assert.equal(rowName('because:the-salt-road', 'The Salt Road'), 'Because you watched The Salt Road');
    assert.equal(rowName('genre:drama'), 'Drama');
    assert.equal(rowName('whatever'), 'Popular now');
    assert.deepEqual([minutesText(59), minutesText(125)], ['59 min', '2 h 5 min']);
    assert.deepEqual([clockText(0), clockText(61.9), clockText(-1)], ['0:00', '1:01', '0:00']);
    assert.equal(moneyText(1299, 'USD'), '$12.99');
  });
});
