import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fragmentOf, type Route, routeOf } from '../route.ts';
import { Api, ApiError, errorOf } from './api.ts';
import { atCurrentEdge, currentEdge, edgeOf, firstEdge, nextEdge } from './edges.ts';
import { clockText, minutesText, moneyText, rowName } from './words.ts';

describe('the route', () => {
  it('is the same there and back, whatever is searched for', () => {
    const routes: readonly Route[] = [
      { page: 'home' },
      { page: 'search', query: 'a/b ü%' },
      { page: 'title', id: 'the-salt-road' },
      { page: 'player', id: 'x.s1e2' },
      { page: 'account' },
    ];
    for (const route of routes) assert.deepEqual(routeOf(fragmentOf(route)), route);
  });
  it('is home where it means nothing', () => {
    for (const fragment of ['', '#', '#/', '#/nowhere', '#/title', '#/title/%', '#/player/'])
      assert.deepEqual(routeOf(fragment), { page: 'home' }, fragment);
  });
});

describe('the edge', () => {
  const choice = firstEdge(['https://127.0.0.1:8441', 'https://127.0.0.2:8441']);
  const url = 'http://127.0.0.1:7500/edge/127.0.0.1:8441/v1/t/sig/title/seg-1.m4s';
  it('is the first one, and the next one when that fails, once however many requests failed', () => {
    assert.equal(currentEdge(choice), '127.0.0.1:8441');
    const next = nextEdge(choice, edgeOf(url)!);
    assert.equal(atCurrentEdge(next, url), url.replace('/127.0.0.1:8441/', '/127.0.0.2:8441/'));
    assert.deepEqual(nextEdge(next, edgeOf(url)!), next);
    assert.deepEqual([nextEdge(next, '127.0.0.2:8441').current, next.failovers], [0, 1]);
  });
  it('stays where there is no other', () => {
    const only = firstEdge(['https://127.0.0.1:8441']);
    assert.deepEqual(nextEdge(only, '127.0.0.1:8441'), only);
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
    const made = new Api({ fetch: fetched, device: 'd', home: 'us-east-1', accessToken: () => undefined });
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
    const { made } = api([[503, '{"code":"overloaded","detail":"later"}'], session('a'), [200, '1']]);
    await assert.rejects(made.call('/x'), (error: unknown) => error instanceof ApiError && error.code === 'overloaded');
    assert.equal((await made.call('/x')).value, 1);
  });
  it('fail with a code, whatever came', () => {
    const read = (text: string) => {
      const { code, message } = errorOf(500, text);
      return [code, message];
    };
    assert.deepEqual(read('{"code":"not-found","detail":"no such title"}'), ['not-found', 'no such title']);
    assert.deepEqual(read('{"error":{"code":"conflict","message":"taken"}}'), ['conflict', 'taken']);
    assert.deepEqual(read('<html>'), ['http-500', 'HTTP 500']);
  });
});

describe('words', () => {
  it('for rows, times and money', () => {
    assert.equal(rowName('because:Undertow: Part II'), 'Because you watched Undertow: Part II');
    assert.equal(rowName('genre:drama'), 'Drama');
    assert.equal(rowName('whatever'), 'Popular now');
    assert.deepEqual([minutesText(59), minutesText(125)], ['59 min', '2 h 5 min']);
    assert.deepEqual([clockText(0), clockText(61.9), clockText(-1)], ['0:00', '1:01', '0:00']);
    assert.equal(moneyText(1299, 'USD'), '$12.99');
  });
});
