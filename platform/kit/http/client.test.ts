/** The pipeline over HTTPS: real servers, some of which are killed. */
import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { afterEach, before, describe, it } from 'node:test';
import { pino } from 'pino';
import { systemClock } from '#base/clock.ts';
import { seededRng } from '#base/rng.ts';
import type { HttpsClient } from '../context.ts';
import { createMetrics } from '../metrics.ts';
import { Callee } from '../pipeline/callee.ts';
import { calleeReporter } from '../pipeline/reporter.ts';
import { freshContext } from '../propagation.ts';
import { runWithRequest } from '../request-context.ts';
import { SwitchableGuards } from '../resilience/guards.ts';
import { type Authority, testAuthorities } from '../testing/certificates.ts';
import { kill, startFixture, until } from '../testing/processes.ts';
import { StaticEndpoints } from '../testing/static-endpoints.ts';
import { httpsClient } from './client.ts';
import { HttpsConnection } from './connection.ts';

describe('the pipeline over HTTPS', () => {
  const cleanups: (() => unknown)[] = [];
  let root: Authority;
  let issuer: Authority;

  before(async () => {
    ({ root, issuer } = await testAuthorities());
  });

  afterEach(async () => {
    for (const clean of cleanups.splice(0).reverse()) await clean();
  });

  async function startServer(name: string): Promise<{ child: ChildProcess; port: number }> {
    const { child, line } = await startFixture('who-server.ts', [name], {
      ...process.env,
      ISSUER: JSON.stringify(issuer),
    });
    cleanups.push(() => kill(child));
    return { child, port: Number(line) };
  }

  function clientOf(ports: readonly number[], ca = root.cert) {
    const endpoints = new StaticEndpoints(
      'gateway',
      ports.map((port, i) => ({ id: `pod-${i}`, port })),
    );
    const guards = new SwitchableGuards();
    const reporter = calleeReporter({ callee: 'gateway', metrics: createMetrics(), log: pino({ enabled: false }) });
    const callee = new Callee<HttpsConnection>({
      name: 'gateway',
      place: 'us-east-1',
      endpoints,
      connect: (endpoint) => new HttpsConnection(endpoint, ca),
      guards,
      clock: systemClock,
      rng: seededRng(1),
      reporter,
    });
    cleanups.push(() => callee.close());
    return { client: httpsClient({ callee, reporter, clock: systemClock }), callee, guards };
  }

  const nameOf = async (client: HttpsClient, path = '/who', stickyKey?: string) => {
    const { status, body } = await client.request({ method: 'GET', path, ...(stickyKey ? { stickyKey } : {}) });
    assert.equal(status, 200);
    return (JSON.parse(body.toString()) as { name: string }).name;
  };

  it('gets no failed request through the death of one of two servers', async () => {
    const [one, two] = await Promise.all([startServer('one'), startServer('two')]);
    const { client, callee } = clientOf([one.port, two.port]);
    const answered = new Map<string, number>();
    let stopped = false;
    cleanups.push(() => {
      stopped = true;
    });
    const loops = Array.from({ length: 8 }, async () => {
      while (!stopped) {
        const name = await nameOf(client);
        answered.set(name, (answered.get(name) ?? 0) + 1);
      }
    });
    await until(() => answered.size === 2, 'both answer');
    await kill(one.child);
    await until(() => callee.pool.ejectedCount === 1, 'ejected');
    const before = answered.get('two')!;
    await until(() => answered.get('two')! > before + 100, 'requests go on');
    stopped = true;
    await Promise.all(loops);
  });

  it('carries the body, the key and what travels', async () => {
    const one = await startServer('one');
    const { client } = clientOf([one.port]);
    const headers = { 'content-type': 'application/json' };
    const post = await client.request({ method: 'POST', path: '/who', headers, body: '{"a":1}', idempotencyKey: 'k1' });
    assert.deepEqual(JSON.parse(post.body.toString()), { name: 'one', body: { a: 1 }, key: 'k1' });
    const context = { ...freshContext('playing'), session: 'ä 1' };
    const get = await runWithRequest(context, () => client.request({ method: 'GET', path: '/who' }));
    assert.deepEqual(JSON.parse(get.body.toString()), { name: 'one', session: 'ä 1' });
    assert.equal(get.endpoint.port, one.port);
  });

  it('tries an answer of 503 elsewhere, and gives it when there is nothing better', async () => {
    const [one, two] = await Promise.all([startServer('one'), startServer('two')]);
    await clientOf([one.port]).client.request({ method: 'POST', path: '/unwell' });
    const both = clientOf([one.port, two.port]);
    for (let i = 0; i < 10; i++) assert.equal(await nameOf(both.client, '/maybe'), 'two');
    const alone = await clientOf([one.port]).client.request({ method: 'GET', path: '/maybe' });
    assert.equal(alone.status, 503);
    assert.equal((JSON.parse(alone.body.toString()) as { error: { code: string } }).error.code, 'unavailable');
  });

  it('does not blame a server for what a call of its own came to', async () => {
    const [one, two] = await Promise.all([startServer('one'), startServer('two')]);
    const { client, callee } = clientOf([one.port, two.port]);
    for (let i = 0; i < 30; i++) assert.equal((await client.request({ method: 'GET', path: '/relayed' })).status, 503);
    assert.equal(callee.pool.ejectedCount, 0);
    assert.equal(callee.breakerOf('us-east-1').state, 'closed');
  });

  it('passes other answers through', async () => {
    const one = await startServer('one');
    assert.equal((await clientOf([one.port]).client.request({ method: 'GET', path: '/nope' })).status, 404);
  });

  it('keeps a key with one server', async () => {
    const [one, two] = await Promise.all([startServer('one'), startServer('two')]);
    const { client } = clientOf([one.port, two.port]);
    const names = new Set<string>();
    for (let i = 0; i < 10; i++) names.add(await nameOf(client, '/who', 'viewer'));
    assert.equal(names.size, 1);
  });

  it('ends a request at its deadline', async () => {
    const one = await startServer('one');
    const request = clientOf([one.port]).client.request({ method: 'GET', path: '/slow', timeoutMs: 50 });
    await assert.rejects(request, { code: 'deadline-exceeded' });
  });

  it('does not talk to a server that its root does not vouch for', async () => {
    const one = await startServer('one');
    const { root: stranger } = await testAuthorities();
    await assert.rejects(clientOf([one.port], stranger.cert).client.request({ method: 'GET', path: '/who' }), {
      code: 'unavailable',
      message: /certificate/,
    });
  });

  it('gets no failed request through the gentle end of a server, also without retries', async () => {
    const [one, two] = await Promise.all([startServer('one'), startServer('two')]);
    const { client, guards } = clientOf([one.port, two.port]);
    const answered = new Set<string>();
    for (let i = 0; i < 20; i++) answered.add(await nameOf(client));
    assert.equal(answered.size, 2);
    guards.set({ retries: 'off' });
    const slow = Promise.all(Array.from({ length: 20 }, () => nameOf(client, '/slow')));
    const slowAt = async ({ port }: { port: number }) => Number(await nameOf(clientOf([port]).client, '/slow-so-far'));
    await until(async () => (await slowAt(one)) + (await slowAt(two)) === 20, 'all requests have arrived');
    assert.equal(await kill(one.child, 'SIGTERM'), 0);
    assert.deepEqual([...new Set(await slow)].sort(), ['one', 'two']);
  });
});
