/** Two pods of billing on the real store: three members of etcd. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { systemClock } from '#base/clock.ts';
import { freshService, replica, someRing } from '#test/contract/stores/documents/suite.ts';
import { etcdBinary, Trio } from '#test/contract/stores/documents/trio.ts';
import { TestStore } from './testing/store.ts';
import { World } from './testing/world.ts';

const binary = etcdBinary();

describe('billing on etcd', { skip: binary === undefined && 'no etcd: npm start makes one' }, () => {
  let trio: Trio;
  let world: World;
  before(async () => {
    [trio, world] = await Promise.all([Trio.start(binary!), World.start()]);
  });
  after(async () => {
    await Promise.all([trio?.stop(), world?.stop()]);
  });

  it('charges once when wishes, duties and a silent card network meet on two pods', async () => {
    await world.fresh();
    const service = freshService();
    const ring = someRing();
    const stores = [0, 1].map(
      (near) => new TestStore(replica({ engine: () => trio.engine(near), clock: systemClock }, service, ring)),
    );
    const pods = stores.map((store) => {
      world.store = store;
      return world.pod();
    });
    const accounts = Array.from({ length: 8 }, (_, i) => `${world.prefix}${i}`);
    const ask = (account: string, pod: number) => world.subscribe(pods[pod]!, { account }, world.call(account, 10_000));
    await world.network.behave('charges-then-times-out', 20);
    const answers = await Promise.all(accounts.flatMap((account) => [ask(account, 0), ask(account, 1)]));
    assert(answers.every(({ state }) => state === 'active' || state === 'pending'));
    await world.network.behave('well');
    world.nowMs += 60_000;
    for (let i = 0; i < 3; i++) await Promise.all(pods.map((pod) => pod.duties.once()));
    await world.settleAll(pods[0]!);
    assert.deepEqual(await world.wrong(), []);
    world.nowMs += 32 * 86_400_000;
    for (let i = 0; i < 3; i++) await Promise.all(pods.map((pod) => pod.duties.once()));
    await world.settleAll(pods[1]!);
    assert.deepEqual(await world.wrong(), []);
    const charges = (await world.network.charges()).filter(({ reference }) => reference.startsWith(world.prefix));
    assert.equal(charges.length, 2 * accounts.length, 'the first month and the second');
  });
});
