/**
 * What Toxiproxy 2.12 really does where one would think otherwise, and what follows for faults: docs/toxiproxy.md.
 * When one of these fails with a newer Toxiproxy, that page and what relies on it want a look.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Transfer } from '#chaos/world/effects.ts';
import * as effects from '#chaos/world/effects.ts';
import { loaded } from './support/images.ts';
import { enter } from './support/inside.ts';
import { nothingLeft } from './support/left.ts';
import { type Line, Toxiproxies } from './support/toxiproxy.ts';
import { transfer } from './support/transfer.ts';

const { images } = await enter({ images: ['toxiproxy'] });

const options = { stream: 'downstream', bytes: 1_000, patienceMs: 10_000 } as const;
const ending = { ...options, thenEnd: true } as const;
const SEED = 7;
const DRAWS = 64;

describe('Toxiproxy', { concurrency: 4 }, () => {
  let toxiproxy: Toxiproxies;
  let twin: Toxiproxies;
  before(async () => {
    const image = await loaded(images[0]!);
    const args = ['-seed', String(SEED)];
    [toxiproxy, twin] = await Promise.all([
      Toxiproxies.start({ image, lines: 16, args }),
      Toxiproxies.start({ image, lines: 2, args }),
    ]);
  });
  after(async () => {
    await Promise.all([toxiproxy?.stop(), twin?.stop()]);
    await nothingLeft();
  });

  it('resets connections by a reset_peer of toxicity 0, where they would end in good order', async () => {
    const [line, plain] = [await toxiproxy.line(), await toxiproxy.line()];
    await line.poison('downstream', { type: 'reset_peer', attributes: { timeout: 0 }, toxicity: 0 });
    const spared = await line.fresh(ending);
    assert.equal(spared.receivedBytes, spared.sentBytes, 'the bytes themselves are spared');
    assert.equal(spared.end, 'reset');
    assert.equal((await plain.fresh(ending)).end, 'ended');
  });

  it('ends the connections that a timeout of toxicity 0 spared when that is removed', async () => {
    const line = await toxiproxy.line();
    const [pair, other] = [await line.held(), await (await toxiproxy.line()).held()];
    const toxic = await line.poison('downstream', { type: 'timeout', attributes: { timeout: 0 }, toxicity: 0 });
    const spared = await transfer(pair, options);
    assert.equal(spared.receivedBytes, spared.sentBytes);
    const ended = transfer(pair, { ...options, bytes: 0, untilEnd: true });
    await toxic.remove();
    assert.equal((await ended).end, 'ended');
    assert.equal((await transfer(other, options)).end, 'open');
  });

  it('draws for a connection, not for its bytes: one that is spared stays so', async () => {
    const line = await toxiproxy.line();
    await line.poison('downstream', { type: 'limit_data', attributes: { bytes: 0 }, toxicity: 0.5 });
    const spared = await sparedPair(line);
    for (let times = 0; times < 20; times++)
      assert.equal((await transfer(spared, { ...options, bytes: 1 })).end, 'open');
  });

  it('draws anew for a connection that stands whenever the toxic is updated', async () => {
    const line = await toxiproxy.line();
    const toxic = await line.poison('downstream', { type: 'limit_data', attributes: { bytes: 0 }, toxicity: 0.5 });
    const pair = await sparedPair(line);
    let ended = false;
    // Spared each time by a chance of 2⁻⁶⁴.
    for (let times = 0; times < DRAWS && !ended; times++) {
      await toxic.update({ attributes: { bytes: 0 }, toxicity: 0.5 } as unknown as Parameters<typeof toxic.update>[0]);
      ended = (await transfer(pair, { ...options, bytes: 1 })).end === 'ended';
    }
    assert.ok(ended, 'spared through all updates');
  });

  it('draws as it likes whatever its -seed says: two with one seed do not do the same', async () => {
    const draws = async (proxies: Toxiproxies) => {
      const line = await proxies.line();
      await line.poison('downstream', { type: 'limit_data', attributes: { bytes: 0 }, toxicity: 0.5 });
      let drawn = '';
      for (let times = 0; times < DRAWS; times++) drawn += (await line.fresh({ ...options, bytes: 1 })).receivedBytes;
      return drawn;
    };
    const [one, other] = await Promise.all([draws(toxiproxy), draws(twin)]);
    assert.match(one, /0/);
    assert.match(one, /1/);
    assert.notEqual(one, other); // the same by a chance of 2⁻⁶⁴
  });

  it('lets connections through between the making of a proxy and of its toxic', async () => {
    const [line, plain] = [await toxiproxy.line(), await toxiproxy.line()];
    const between = await several(line);
    await line.poison('downstream', { type: 'latency', attributes: { latency: 150, jitter: 0 } });
    const [afterwards, undisturbed] = [await several(line), await several(plain)];
    const judge = (disturbed: typeof between) => effects.delayed({ latencyMs: 150 }, { disturbed, undisturbed });
    assert.equal(judge(between).potent, false);
    assert.equal(judge(afterwards).potent, true, judge(afterwards).why);
  });

  it('lets none through when the proxy is disabled until its toxic is there', async () => {
    const [line, plain] = [await toxiproxy.line({ enabled: false }), await toxiproxy.line()];
    assert.equal((await line.fresh(options)).end, 'refused');
    await line.poison('downstream', { type: 'latency', attributes: { latency: 150, jitter: 0 } });
    const { listen, upstream } = line.proxy;
    await line.proxy.update({ enabled: true, listen, upstream });
    const compared = { disturbed: await several(line), undisturbed: await several(plain) };
    const { potent, why } = effects.delayed({ latencyMs: 150 }, compared);
    assert.equal(potent, true, why);
  });

  it('keeps the first proxies of a list when a later one cannot be made', async () => {
    // No container has this address (RFC 5737), so nothing can listen at it.
    const bad = [
      { name: 'first', listen: '127.0.0.1:0', upstream: '127.0.0.1:1', enabled: true },
      { name: 'second', listen: '203.0.113.1:1', upstream: '127.0.0.1:1', enabled: true },
    ];
    await assert.rejects(twin.admin.populate(bad as unknown as Parameters<typeof twin.admin.populate>[0]));
    const names = Object.keys(await twin.admin.getAll()).filter((name) => !name.startsWith('line-'));
    assert.deepEqual(names, ['first']);
  });

  it('takes a connection before it has one to the server, and ends it when there is none', async () => {
    const line = await toxiproxy.line();
    await line.upstream.close();
    const { end, receivedBytes } = await line.fresh(options);
    assert.deepEqual({ end, receivedBytes }, { end: 'refused', receivedBytes: 0 });
  });

  it('knows no half-closed connection: when one side ends, what the other still sends is lost', async () => {
    const line = await toxiproxy.line();
    const pair = await line.held();
    const far = transfer(pair, { stream: 'upstream', bytes: 0, untilEnd: true, patienceMs: 10_000 });
    pair.near.end();
    assert.equal((await far).end, 'ended');
    assert.equal((await transfer(pair, options)).receivedBytes, 0);
  });
});

/** A busy machine is slow at one of them, and hardly at all. */
async function several(line: Line): Promise<Transfer[]> {
  const all: Transfer[] = [];
  for (let times = 0; times < 4; times++) all.push(await line.fresh(options));
  return all;
}

async function sparedPair(line: Awaited<ReturnType<Toxiproxies['line']>>) {
  for (let tries = 0; tries < DRAWS; tries++) {
    const pair = await line.connect();
    if (pair && (await transfer(pair, { ...options, bytes: 1 })).end === 'open') return pair;
  }
  throw new Error(`no connection of ${DRAWS} was spared`);
}
