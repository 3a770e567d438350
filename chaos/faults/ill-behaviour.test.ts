import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { reachable } from '#base/address.ts';
import { systemClock } from '#base/clock.ts';
import { seededRng } from '#base/rng.ts';
import { selfSigned } from '#test/support/self-signed.ts';
import { httpsCompanies } from '../world/companies.ts';
import type { World } from '../world/world.ts';
import illBehaviour from './ill-behaviour.ts';

process.env.FAULTFLIX_NETWORK = 'loopback';
const target = {
  ...{ namespace: 'global', name: 'company-1', uid: 'uid-1', service: 'company', region: 'global', node: 'n' },
  ip: '10.0.0.1',
};

interface Company {
  /** What it was told; it obeys unless it lies. */
  told: { mode: string; delayMs: number; forMs?: number };
  readonly charges: Set<string>;
  lies: boolean;
}

/** A company over real HTTPS, with the API of docs/architecture.md, "The card network". */
async function started(t: TestContext, spec: object, { gone = false } = {}) {
  const { cert, key } = await selfSigned(reachable(target.ip));
  const company: Company = { told: { mode: 'well', delayMs: 0 }, charges: new Set(), lies: false };
  const server = createServer({ cert, key }, async (request, response) => {
    const body = await text(request);
    const { mode } = company.lies ? { mode: 'well' } : company.told;
    const end = (status: number, value: object) => response.writeHead(status).end(JSON.stringify(value));
    if (request.method === 'PUT') {
      company.told = JSON.parse(body) as Company['told'];
      return end(200, company.told);
    }
    const reference = new URL(request.url!, 'https://x').searchParams.get('reference');
    if (mode === 'down') return end(503, {});
    if (request.method === 'GET') return end(200, { charges: company.charges.has(reference!) ? [{}] : [] });
    company.charges.add((JSON.parse(body) as { reference: string }).reference);
    if (mode !== 'charges-then-times-out') end(201, {});
  });
  server.listen(0, reachable(target.ip));
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const companies = httpsCompanies({ ca: () => cert, gone: async () => gone, port });
  const lease = { run: '01234567', step: 0, expiresAtMs: systemClock.now() + 60_000 };
  const world = { clock: systemClock, lease, companies } as unknown as World;
  const mark = illBehaviour.plan(illBehaviour.schema.parse(spec), target, seededRng(1));
  return { company, world, mark, server };
}

for (const mode of ['charges-then-times-out', 'down'])
  test(`${mode}: potent while it lasts, told when it ends, and undone`, async (t) => {
    const { company, world, mark } = await started(t, { mode });
    assert.equal((await illBehaviour.effect(mark, world)).potent, false, 'well before');
    await illBehaviour.inject(mark, world);
    assert.equal(company.told.mode, mode);
    assert.ok(company.told.forMs! > 0 && company.told.forMs! <= 60_000, 'it gets well by itself');
    const effect = await illBehaviour.effect(mark, world);
    assert.equal(effect.potent, true, effect.summary);
    await illBehaviour.recover(mark, world);
    await illBehaviour.recover(mark, world);
    assert.equal(company.told.mode, 'well');
    assert.equal((await illBehaviour.effect(mark, world)).potent, false);
  });

test('known bad: a company that says it is ill and is not', async (t) => {
  const { company, world, mark } = await started(t, { mode: 'charges-then-times-out' });
  company.lies = true;
  await illBehaviour.inject(mark, world);
  const effect = await illBehaviour.effect(mark, world);
  assert.equal(effect.potent, false);
  assert.match(effect.summary, /answered 201/);
});

test('what cannot be undone says so, unless it is gone', async (t) => {
  const here = await started(t, { mode: 'down' });
  here.server.closeAllConnections();
  here.server.close();
  await assert.rejects(illBehaviour.recover(here.mark, here.world));
  const gone = await started(t, { mode: 'down' }, { gone: true });
  gone.server.closeAllConnections();
  gone.server.close();
  await illBehaviour.recover(gone.mark, gone.world);
});

test('is refused where it makes no sense', () => {
  for (const spec of [{}, { mode: 'well' }, { mode: 'down', delay: 'soon' }])
    assert.equal(illBehaviour.schema.safeParse(spec).success, false);
});
