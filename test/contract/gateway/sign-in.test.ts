/**
 * Signing in and what it opens, from the router's door to the accounts' store: router, gateway and users with their real
 * routes, each behind the kit's real server and called through the kit's whole pipeline.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { pino } from 'pino';
import { systemClock as clock } from '#base/clock.ts';
import { seededRng } from '#base/rng.ts';
import type { UsersDefinition } from '#contracts/generated/faultflix/users/v1/Users.ts';
import { users as usersContract } from '#contracts/users.ts';
import { Admission } from '#kit/admission.ts';
import type { Client, HttpsClient } from '#kit/context.ts';
import { grpcClient } from '#kit/grpc/client.ts';
import { GrpcConnection } from '#kit/grpc/connection.ts';
import { grpcServer } from '#kit/grpc/server.ts';
import { httpsClient } from '#kit/http/client.ts';
import { HttpsConnection } from '#kit/http/connection.ts';
import { createMetrics } from '#kit/metrics.ts';
import { Callee } from '#kit/pipeline/callee.ts';
import type { Connect, Connection } from '#kit/pipeline/connection.ts';
import { calleeReporter } from '#kit/pipeline/reporter.ts';
import { SwitchableGuards } from '#kit/resilience/guards.ts';
import { StaticEndpoints } from '#kit/testing/static-endpoints.ts';
import { openGateway } from '#platform/services/gateway/testing/gateway.ts';
import { proxyRoutes } from '#platform/services/router/proxy.ts';
import { usersService } from '#platform/services/users/service.ts';
import { type TestStore, testStore } from '#platform/services/users/testing/store.ts';
import { type Door, openDoor } from '#test/support/https-door.ts';
import { Browser, type Page } from './support/browser.ts';

const log = pino({ enabled: false });
const guards = new SwitchableGuards();
const redirect_uri = 'https://127.1.2.3:8441/callback';
const verifier = 'v'.repeat(50);
const person = { mail: 'Ada@example.org', name: 'Ada 🎬', password: 'correct horse', country: 'DE' };

describe('signing in through the router', () => {
  const cleanups: (() => unknown)[] = [];
  const t = { after: (clean: () => unknown) => void cleanups.push(clean) } as never;
  let store: TestStore;
  let door: Door;

  const calleeTo = <C extends Connection>(name: string, port: number, connect: Connect<C>) => {
    const reporter = calleeReporter({ callee: name, metrics: createMetrics(), log });
    const endpoints = new StaticEndpoints(name, [{ id: `${name}-0`, port }]);
    const rng = seededRng(1);
    const callee = new Callee<C>({ name, place: 'us-east-1', endpoints, connect, guards, clock, rng, reporter });
    cleanups.push(() => callee.close());
    return { callee, reporter, clock, endpoints };
  };
  const httpsTo = (name: string, to: Door): HttpsClient =>
    httpsClient(calleeTo<HttpsConnection>(name, to.port, (endpoint) => new HttpsConnection(endpoint, to.ca)));

  before(async () => {
    store = testStore(clock);
    const cost = { N: 2 ** 10, r: 8, p: 1 };
    const service = await usersService({ store, clock, log, metrics: createMetrics(), cost, redirects: [] });
    const usersDoor = await openDoor(service.routes, t);
    const admission = new Admission({ guards, clock, metrics: createMetrics() });
    const seam = { before: () => undefined };
    const grpc = await grpcServer({
      ...{ host: '127.0.0.1', port: 0, services: service.grpc, admission, seam, clock, log },
    });
    cleanups.push(() => grpc.close(0));
    const toUsers = calleeTo<GrpcConnection>('users', grpc.port, (endpoint) => new GrpcConnection(endpoint));
    const users: Client<UsersDefinition> = grpcClient({ contract: usersContract, ...toUsers });
    const gateway = await openGateway(t, { users, oidc: httpsTo('users', usersDoor), clock });
    const { endpoints } = calleeTo<HttpsConnection>(
      'gateway',
      gateway.port,
      (at) => new HttpsConnection(at, gateway.ca),
    );
    const https = () => httpsTo('gateway', gateway);
    door = await openDoor((app) => proxyRoutes(app, { https, clock, guards, endpoints: () => endpoints }), t);
  });
  after(async () => {
    for (const clean of cleanups.reverse()) await clean();
  });

  const newBrowser = () => {
    const browser = new Browser(door);
    cleanups.push(browser.close);
    return browser;
  };

  /** The pages of the provider, to the redirect that leaves them. */
  async function through(own: Browser): Promise<Page> {
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    const asked = {
      ...{
        client_id: 'watch',
        response_type: 'code',
        redirect_uri,
        scope: 'openid offline_access account',
        state: 's',
      },
      ...{ code_challenge: challenge, code_challenge_method: 'S256' },
    };
    let page = await own.follow(`/oidc/auth?${new URLSearchParams(asked)}`);
    for (let step = 0; step < 6 && page.status === 200; step += 1) {
      if (page.body.includes('name="password"'))
        page = await own.submit(page, '/login', { mail: person.mail, password: person.password });
      else if (page.body.includes('Allow access?')) page = await own.submit(page, '/consent');
      else break;
    }
    return page;
  }

  it('an account is made once, signed in to by its pages, and opens a session, its profiles and nobody else’s', async () => {
    const keyed = { 'idempotency-key': 'k1' };
    const made = await door.call('POST', '/v1/accounts', { headers: keyed, body: person });
    assert.equal(made.status, 201, made.text);
    const again = await door.call('POST', '/v1/accounts', { headers: keyed, body: person });
    assert.deepEqual([again.status, again.text], [201, made.text]);
    const other = await door.call('POST', '/v1/accounts', { headers: keyed, body: { ...person, name: 'Eve' } });
    assert.deepEqual([other.status, (other.json as { code: string }).code], [409, 'conflict']);

    const own = newBrowser();
    const { location, status, body } = await through(own);
    assert(location?.startsWith(redirect_uri), `${status} ${location} ${body}`);
    const code = new URL(location!).searchParams.get('code')!;
    const grant = { grant_type: 'authorization_code', client_id: 'watch', code, redirect_uri, code_verifier: verifier };
    const redeemed = await own.post('/oidc/token', grant);
    assert.equal(redeemed.status, 200, redeemed.body);
    const access = { authorization: `Bearer ${(JSON.parse(redeemed.body) as { access_token: string }).access_token}` };

    const id = (made.json as { id: string }).id;
    const account = (await door.call('GET', '/v1/account', { headers: access })).json as { account: { id: string } };
    assert.equal(account.account.id, id);
    const profile = { name: 'Kid', maxAge: 6 };
    const created = await door.call('POST', '/v1/profiles', { headers: access, body: profile });
    assert.equal(created.status, 201, created.text);
    const body_ = { device: 'tv', home: 'us-east-1' };
    const session = await door.call('POST', '/v1/session', { headers: access, body: body_ });
    assert.equal(session.status, 200, session.text);
    const play = { authorization: `Bearer ${(session.json as { playToken: string }).playToken}` };
    assert.equal((await door.call('GET', '/v1/browse', { headers: play })).status, 200);
    assert.equal((await door.call('GET', '/v1/positions?profile=somebody', { headers: play })).status, 404);
    assert.equal(
      (await door.call('GET', '/v1/account', { headers: play })).status,
      401,
      'a play token opens no account',
    );
    assert.equal((await door.call('GET', '/v1/browse', { headers: access })).status, 401);

    store.out = true;
    try {
      const still = await door.call('POST', '/v1/session', { headers: access, body: body_ });
      assert.equal(still.status, 200, 'the keys are the last known');
      const out = await door.call('GET', '/v1/account', { headers: access });
      assert.deepEqual([out.status, (out.json as { code: string }).code], [503, 'unavailable']);
    } finally {
      store.out = false;
    }
  });

  it('what the provider refuses arrives as it says it', async () => {
    const own = newBrowser();
    const refused = await own.post('/oidc/token', {
      grant_type: 'refresh_token',
      client_id: 'watch',
      refresh_token: 'x',
    });
    assert.deepEqual([refused.status, (JSON.parse(refused.body) as { error: string }).error], [400, 'invalid_grant']);
    const found = JSON.parse((await own.follow('/oidc/.well-known/openid-configuration')).body) as {
      issuer: string;
      token_endpoint: string;
    };
    assert.equal(found.issuer, 'https://faultflix.test/oidc');
    assert.match(found.token_endpoint, /\/oidc\/token$/);
  });
});
