/** Whatever is sent to the router: no 500, every refusal a problem, and nothing goes on but what viewers call. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Agent, request } from 'undici';
import { systemClock } from '#base/clock.ts';
import type { HttpsRequest } from '#kit/context.ts';
import { SwitchableGuards } from '#kit/resilience/guards.ts';
import { StaticEndpoints } from '#kit/testing/static-endpoints.ts';
import { openDoor } from '#test/support/https-door.ts';
import { proxyRoutes } from './proxy.ts';

const RUNS = 500;

const part = fc.oneof(
  fc.constantFrom(
    'v1',
    'oidc',
    'play',
    'titles',
    'internal',
    'usage',
    'healthz',
    '..',
    '%2e%2e',
    '%2f',
    '%00',
    '%',
    '%ff',
    '*',
    '',
  ),
  fc.string({ maxLength: 20 }).map((text) => encodeURIComponent(text.toWellFormed())),
);
const path = fc
  .tuple(fc.array(part, { maxLength: 4 }), fc.constantFrom('', '?a=1', '?%=%', '?home=mars', '?__proto__=1'))
  .map(([parts, query]) => `/${parts.join('/')}${query}`);
const headerName = fc.constantFrom(
  ...[
    'authorization',
    'baggage',
    'origin',
    'x-faultflix-home',
    'x-faultflix-peer',
    'x-forwarded-for',
    'faultflix-relayed',
  ],
  ...['idempotency-key', 'content-type', 'accept-version', 'te', 'via'],
);
const headerValue = fc.oneof(
  fc.string({ maxLength: 200 }).map((text) => text.replaceAll(/[^\x20-\x7e]/g, '~')),
  fc.constantFrom('Bearer e30.eyJzdWIiOnt9fQ.x', 'Bearer x.y.z', 'ap-south-1', 'https://watch.faultflix.test'),
);
const method = fc.constantFrom('GET', 'POST', 'DELETE', 'PUT', 'PATCH', 'OPTIONS', 'HEAD');

describe('whatever is sent to the router', () => {
  it('is passed on as it came, or refused as a problem', async (t) => {
    const sent: HttpsRequest[] = [];
    const endpoints = new StaticEndpoints('gateway', [{ id: 'gateway-0', port: 1 }]);
    const answer = { status: 200, headers: {}, body: Buffer.from('{}'), endpoint: endpoints.list()[0]! };
    const https = () => ({
      request: async (one: HttpsRequest) => {
        sent.push(one);
        return answer;
      },
    });
    const context = { https, endpoints: () => endpoints, clock: systemClock, guards: new SwitchableGuards() };
    const { origin, ca } = await openDoor((app) => proxyRoutes(app, context), t);
    const agent = new Agent({ connect: { ca } });
    t.after(() => agent.close());
    await fc.assert(
      fc.asyncProperty(
        ...([
          method,
          path,
          fc.dictionary(headerName, headerValue, { maxKeys: 5 }),
          fc.uint8Array({ maxLength: 100 }),
        ] as const),
        async (verb, target, headers, bytes) => {
          sent.length = 0;
          const body = verb === 'GET' || verb === 'HEAD' ? null : Buffer.from(bytes);
          const options = { method: verb as 'GET', headers, body, dispatcher: agent };
          const got = await request(`${origin}${target}`, options);
          const text = await got.body.text();
          const what = `${verb} ${target} ${JSON.stringify(headers)}`;
          assert(got.statusCode < 500, `${got.statusCode} to ${what}: ${text}`);
          if (got.statusCode >= 400 && verb !== 'HEAD')
            assert.equal(got.headers['content-type'], 'application/problem+json', what);
          for (const { path: on, body: whole, headers: told = {} } of sent) {
            assert.match(on, /^\/(v1|oidc)(\/|$|\?)/, what);
            assert.deepEqual(Buffer.from(whole ?? ''), body ?? Buffer.alloc(0), what);
            for (const name of ['x-faultflix-peer', 'faultflix-relayed', 'te', 'via', 'baggage', 'connection'])
              assert.equal(told[name], undefined, `${name} of ${what}`);
          }
        },
      ),
      { numRuns: RUNS },
    );
  });
});
