/** The real process, over real sockets, killed and started again. */
import assert from 'node:assert/strict';
import { appendFile, readFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { until } from '#kit/testing/processes.ts';
import { TestNetwork } from './testing/network.ts';

describe('the card network', () => {
  let network: TestNetwork;
  before(async () => {
    network = await TestNetwork.start();
  });
  after(() => network?.stop());

  const body = { card: 'card-good', amountMinor: 799, currency: 'USD', reference: 'r1' };
  const charge = (changed: object, key: string) =>
    network.ask('POST', '/v1/charges', { body: { ...body, ...changed }, key });

  it('charges once a key, and answers as before', async () => {
    const first = await charge({}, 'k1');
    assert.equal(first.status, 201);
    assert.equal(first.json.state, 'captured');
    assert.deepEqual(await charge({}, 'k1'), first);
    assert.equal((await charge({ amountMinor: 1 }, 'k1')).status, 409);
    const both = await Promise.all([charge({ reference: 'r2' }, 'k2'), charge({ reference: 'r2' }, 'k2')]);
    assert.deepEqual(both[0], both[1]);
    assert.equal((await network.charges('r2')).length, 1);
  });

  it('charges a reference twice under two keys, as in life', async () => {
    await charge({ reference: 'twice' }, 'a');
    await charge({ reference: 'twice' }, 'b');
    assert.equal((await network.charges('twice')).length, 2);
  });

  it('declines what banks decline', async () => {
    for (const card of ['card-declined', 'card-expired', 'card-unheard-of', 'constructor'])
      assert.equal((await charge({ card, reference: 'bad' }, `bad ${card.length}`)).json.state, 'declined', card);
  });

  it('gives back once', async () => {
    const { json } = await charge({ reference: 'back' }, 'back');
    const refund = (key: string) => network.ask('POST', `/v1/charges/${json.charge}/refund`, { key });
    assert.equal((await refund('refund')).json.state, 'refunded');
    assert.equal((await refund('refund')).status, 200);
    assert.equal((await refund('again')).status, 409);
    assert.equal((await network.ask('POST', '/v1/charges/ch-999999999999/refund', { key: 'x' })).status, 404);
  });

  it('refuses what it cannot read, without repeating the card', async () => {
    for (const wrong of [{ amountMinor: 0 }, { amountMinor: 1.5 }, { currency: 'usd' }, { card: 4242 }, { more: 1 }]) {
      const { status, json } = await charge(wrong, 'wrong');
      assert.equal(status, 400);
      assert.doesNotMatch(JSON.stringify(json), /4242|card-good/);
    }
    assert.equal((await network.ask('POST', '/v1/charges', { body })).status, 400);
    assert.equal((await network.ask('GET', '/v1/charges?limit=0')).status, 400);
    assert.equal((await network.ask('PUT', '/v1/behaviour', { body: { mode: 'odd' } })).status, 400);
  });

  it('lists everything in pages', async () => {
    const all = await network.charges();
    const first = (await network.ask('GET', '/v1/charges?limit=2')).json;
    assert.deepEqual(first.charges, all.slice(0, 2));
    const rest = (await network.ask('GET', `/v1/charges?limit=1000&after=${first.nextAfter}`)).json;
    assert.deepEqual(rest, { charges: all.slice(2) });
  });

  it('remembers all of it when it is killed, but for a line that was torn off', async () => {
    const before = await network.charges();
    await appendFile(network.file, '{"type":"charge","key":"torn');
    await network.restart();
    assert.deepEqual(await network.charges(), before);
    assert.equal((await charge({}, 'k1')).json.charge, before[0]!.charge);
    assert.equal((await charge({ reference: 'after' }, 'after')).status, 201);
    await network.restart();
    assert.deepEqual(await network.charges(), [...before, ...(await network.charges('after'))]);
  });

  it('keeps no card', async () =>
    assert.doesNotMatch(await readFile(network.file, 'utf8'), /card-good|card-declined|card-unheard/));

  it('can be down: nothing is done', async () => {
    await network.behave('down');
    assert.equal((await charge({ reference: 'down' }, 'down')).status, 503);
    await network.behave('well');
    assert.deepEqual(await network.charges('down'), []);
  });

  it('can charge and then time out', async () => {
    await network.behave('charges-then-times-out', 100);
    const post = network.client.request({
      ...{ method: 'POST', path: '/v1/charges', idempotent: false, idempotencyKey: 'silent' },
      ...{ body: JSON.stringify({ ...body, reference: 'silent' }), headers: { 'content-type': 'application/json' } },
    });
    await assert.rejects(post, { kind: 'lost' });
    await network.behave('well');
    assert.equal((await network.charges('silent')).length, 1);
  });

  it('is well again by itself, at the time that it was told', async () => {
    const told = { mode: 'down', delayMs: 0, forMs: 300 };
    assert.equal((await network.ask('PUT', '/v1/behaviour', { body: told })).json.mode, 'down');
    await until(async () => (await charge({ reference: 'again' }, 'again')).status === 201, 'it is well');
    assert.equal((await network.ask('GET', '/v1/behaviour')).json.mode, 'well');
    assert.equal((await network.ask('PUT', '/v1/behaviour', { body: { ...told, forMs: 0 } })).status, 400);
  });

  it('can be slow, and charge when nobody waits any more', async () => {
    await network.behave('slow', 300);
    const post = network.client.request({
      ...{ method: 'POST', path: '/v1/charges', idempotent: false, idempotencyKey: 'slow', timeoutMs: 100 },
      ...{ body: JSON.stringify({ ...body, reference: 'slow' }), headers: { 'content-type': 'application/json' } },
    });
    await assert.rejects(post, { kind: 'timeout' });
    await network.behave('well');
    await until(async () => (await network.charges('slow')).length === 1, 'the charge lands');
  });

  it('can answer twice', async () => {
    await network.behave('answers-twice');
    const { status } = await charge({ reference: 'echo' }, 'echo');
    await network.behave('well').catch(() => network.behave('well'));
    assert.equal(status, 201);
    assert.equal((await network.charges('echo')).length, 1);
  });
});
