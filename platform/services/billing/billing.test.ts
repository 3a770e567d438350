/** Subscriptions through the real handlers, charged by the real card network over real sockets. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { subscriptions } from './collections.ts';
import { sumLedger } from './ledger-watch.ts';
import { freshStore } from './testing/store.ts';
import { code, DAY_MS, type Pod, startMs, World } from './testing/world.ts';

describe('billing', () => {
  let world: World;
  let pod: Pod;
  before(async () => {
    world = await World.start();
  });
  after(() => world?.stop());
  let account = 0;
  beforeEach(async () => {
    await world.network.behave('well');
    world.store = freshStore(world.clock);
    world.nowMs = startMs;
    pod = world.pod();
    account += 1;
  });
  const me = () => `viewer-${account}`;
  const subscribe = async (wish: object = {}, call = world.call()) =>
    world.subscribe(pod, { account: me(), ...wish }, call);
  const seen = async () => pod.handlers.getSubscription({ account: me() }, world.call());
  const mine = async () => (await world.network.charges()).filter(({ reference }) => reference.startsWith(`${me()}.`));
  const types = () => world.store.events.map(({ type }) => type);
  const balanced = async () => {
    for (const [currency, { sumMinor }] of await sumLedger(world.store)) assert.equal(sumMinor, 0, currency);
  };

  it('begins with a charge, once a key', async () => {
    assert.equal((await seen()).state, 'none');
    assert.equal((await seen()).plan?.id, 'free');
    const call = world.call('one');
    const first = await subscribe({ plan: 'standard' }, call);
    assert.deepEqual([first.state, first.plan?.id, first.plan?.maxStreams], ['active', 'standard', 2]);
    assert.equal(new Date(first.periodEndMs as number).toISOString(), '2026-02-28T12:00:00.000Z');
    assert.deepEqual(await subscribe({ plan: 'standard' }, call), first);
    await assert.rejects(async () => subscribe({ plan: 'premium' }, call), code('conflict'));
    assert.deepEqual(
      (await mine()).map(({ amountMinor, state }) => [amountMinor, state]),
      [[1_549, 'captured']],
    );
    assert.deepEqual(types(), ['bill.paid', 'subscription.started']);
    await balanced();
  });

  it('begins once when the same wish comes twice at a time', async () => {
    const call = world.call('same');
    await Promise.all([subscribe({}, call), world.subscribe(world.pod(), { account: me() }, call)]);
    assert.equal((await mine()).length, 1);
    assert.equal((await seen()).state, 'active');
  });

  it('says that a card was refused, again for the same key, and takes another one', async () => {
    const call = world.call('refused');
    for (let i = 0; i < 2; i++)
      await assert.rejects(
        async () => subscribe({ card: 'card-declined' }, call),
        (error) => code('forbidden')(error) && (error as { todo?: string }).todo === 'card-declined',
      );
    assert.equal((await mine()).length, 1);
    assert.deepEqual([(await seen()).state, (await seen()).plan?.id], ['none', 'free']);
    assert.equal((await subscribe()).state, 'active');
    assert.deepEqual(types(), ['bill.refused', 'bill.paid', 'subscription.started']);
    await balanced();
  });

  it('is changed to a dearer plan for the rest of the period, and to a cheaper one for credit', async () => {
    await subscribe({ plan: 'basic' });
    world.nowMs += 14 * DAY_MS;
    assert.equal((await subscribe({ plan: 'premium' })).plan?.id, 'premium');
    assert.deepEqual(
      (await mine()).map(({ amountMinor }) => amountMinor),
      [799, 749],
    ); // 1,149 - 400
    world.nowMs += 7 * DAY_MS;
    assert.equal((await subscribe({ plan: 'basic' })).plan?.id, 'basic');
    assert.equal((await world.subscription(me()))!.creditMinor, 376); // 575 - 199
    world.nowMs = Date.UTC(2026, 1, 28, 12);
    await world.settle(pod);
    assert.deepEqual(
      (await mine()).map(({ amountMinor }) => amountMinor),
      [799, 749, 799 - 376],
    );
    assert.deepEqual(types().filter((type) => type === 'subscription.changed').length, 2);
    await balanced();
  });

  it('keeps the old plan when a change is refused', async () => {
    await subscribe({ plan: 'basic' });
    await assert.rejects(async () => subscribe({ plan: 'premium', card: 'card-expired' }), code('forbidden'));
    assert.deepEqual([(await seen()).state, (await seen()).plan?.id], ['active', 'basic']);
    await balanced();
  });

  it('is renewed each month, once, by whichever pod', async () => {
    await subscribe();
    const pods = [pod, world.pod()];
    for (let month = 1; month <= 3; month++) {
      world.nowMs = Date.UTC(2026, month + 1, 0, 12);
      for (let i = 0; i < 4; i++) await Promise.all(pods.map((each) => each.duties.once()));
    }
    assert.equal((await mine()).length, 4);
    assert.equal(new Date((await seen()).periodEndMs as number).toISOString(), '2026-05-31T12:00:00.000Z');
    const { bills, nextPageToken } = await pod.handlers.listBills(
      { account: me(), pageSize: 3, pageToken: '' },
      world.call(),
    );
    assert.deepEqual(
      bills!.map(({ state }) => state),
      ['paid', 'paid', 'paid'],
    );
    assert(bills![0]!.atMs! > bills![2]!.atMs!, 'the newest first');
    const rest = await pod.handlers.listBills({ account: me(), pageSize: 3, pageToken: nextPageToken! }, world.call());
    assert.deepEqual([rest.bills!.length, rest.nextPageToken], [1, '']);
    await balanced();
  });

  const withCard = (card: string) =>
    world.store.transact(async (tx) => tx.put(subscriptions, me(), { ...(await tx.get(subscriptions, me()))!, card }));

  it('is tried again when a renewal is refused, entitled meanwhile, and ends in the end', async () => {
    await subscribe();
    await withCard('card-expired');
    const dueMs = Date.UTC(2026, 1, 28, 12);
    await world.pass(pod, dueMs);
    assert.deepEqual([(await seen()).state, (await seen()).plan?.id], ['past-due', 'basic']);
    await world.pass(pod, dueMs + 20 * DAY_MS);
    assert.equal((await mine()).length, 1 + 4);
    await world.pass(pod, dueMs + 40 * DAY_MS);
    assert.equal((await mine()).length, 1 + 5);
    assert.deepEqual([(await seen()).state, (await seen()).plan?.id], ['ended', 'free']);
    assert.equal(types().at(-1), 'subscription.ended');
    assert.deepEqual(await world.counted(pod, 'billing_dunning_total'), { refused: 4, 'given-up': 1 });
    await balanced();
  });

  it('goes on with another card, and is not tried again by what was planned', async () => {
    await subscribe();
    await withCard('card-declined');
    const dueMs = Date.UTC(2026, 1, 28, 12);
    await world.pass(pod, dueMs + DAY_MS);
    assert.equal((await seen()).state, 'past-due');
    assert.equal((await subscribe({ card: 'card-good' })).state, 'active');
    await world.pass(pod, dueMs + 20 * DAY_MS);
    assert.deepEqual(
      (await mine()).map(({ state }) => state),
      ['captured', 'declined', 'captured'],
    );
    await balanced();
  });

  it('is cancelled with its period, and can be taken up until then', async () => {
    await subscribe();
    const cancel = async () => pod.handlers.cancel({ account: me() }, world.call());
    assert.equal((await cancel()).state, 'cancelled');
    assert.equal((await cancel()).plan?.id, 'basic');
    assert.equal((await subscribe()).state, 'active');
    await cancel();
    world.nowMs = Date.UTC(2026, 1, 28, 12);
    assert.deepEqual([(await seen()).state, (await seen()).plan?.id], ['ended', 'free']);
    await world.settle(pod);
    assert.equal((await world.subscription(me()))!.state, 'ended');
    assert.equal(types().at(-1), 'subscription.ended');
    assert.equal((await mine()).length, 1);
    assert.equal((await subscribe()).state, 'active');
    assert.equal((await pod.handlers.cancel({ account: 'nobody' }, world.call())).state, 'none');
  });

  for (const mode of ['charges-then-times-out', 'slow', 'down', 'answers-twice'] as const) {
    it(`charges once when the card network is ill: ${mode}`, async () => {
      await world.network.behave(mode, 600);
      const answer = await subscribe({}, world.call('ill', 1_000));
      if (mode === 'charges-then-times-out' || mode === 'answers-twice') assert.equal(answer.state, 'active');
      else {
        assert.deepEqual([answer.state, answer.plan?.id], ['pending', 'free']);
        await assert.rejects(subscribe({ plan: 'premium' }), code('conflict'));
      }
      await world.network.behave('well').catch(() => world.network.behave('well'));
      world.nowMs += 60_000;
      await world.settle(pod);
      assert.equal((await seen()).state, 'active');
      const references = (await mine()).map(({ reference }) => reference);
      assert.equal(new Set(references).size, references.length, 'no bill is charged twice');
      await balanced();
    });
  }

  it('cancels what is pending once it is paid', async () => {
    await world.network.behave('down');
    assert.equal((await subscribe()).state, 'pending');
    assert.equal((await pod.handlers.cancel({ account: me() }, world.call())).state, 'pending');
    await world.network.behave('well');
    world.nowMs += 60_000;
    await world.settle(pod);
    assert.deepEqual([(await seen()).state, (await seen()).plan?.id], ['cancelled', 'basic']);
  });

  it('never logs a card, nor says one in an error', async () => {
    const said: string[] = [];
    const tried = async (wish: object) =>
      subscribe(wish).then(
        () => undefined,
        (error) => void said.push(JSON.stringify(error)),
      );
    const plan = 'premium';
    for (const card of ['card-declined', '4242 4242 4242 4242', '4242424242424242']) await tried({ card, plan });
    await world.network.behave('down');
    await tried({});
    assert.deepEqual([said.length, pod.log.length > 0], [3, true]);
    assert.doesNotMatch(
      [...said, ...pod.log].join('\n').replaceAll(/such as card-good|"card-declined"/g, ''),
      /card-good|card-declined|4242/,
    );
  });

  it('refuses what is no wish', async () => {
    for (const wrong of [
      { plan: 'free' },
      { plan: 'gold' },
      { country: 'usa' },
      { account: 'a/b' },
      { account: '' },
      { card: '' },
    ])
      await assert.rejects(async () => subscribe(wrong), code('bad-input'));
    await assert.rejects(async () => subscribe({}, { ...world.call(), idempotencyKey: undefined }), code('bad-input'));
    const list = async (pageSize: number, pageToken: string) =>
      pod.handlers.listBills({ account: me(), pageSize, pageToken }, world.call());
    await assert.rejects(async () => list(0, 'other.00000001'), code('bad-input'));
    await assert.rejects(async () => list(101, ''), code('bad-input'));
    assert.deepEqual(await mine(), []);
  });
});
