/** Over real SMTP with STARTTLS, on the memory engine. */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import PostalMime from 'postal-mime';
import type { Clock } from '#base/clock.ts';
import { FaultflixError } from '#base/errors.ts';
import { seededRng } from '#base/rng.ts';
import { createMetrics } from '#kit/metrics.ts';
import type { Store } from '#platform/stores/store.ts';
import { memoryStore } from '#platform/stores/testing.ts';
import { done, pending } from './collections.ts';
import { Outbox, outboxDefaults, putDown } from './outbox.ts';
import { type Send, smtpSender } from './smtp.ts';
import { testServer } from './testing/server.ts';

const people: Record<string, { name: string; mail: string }> = {
  a1: { name: 'Zoë Ωmega 愛', mail: 'zoe@example.test' },
  a2: { name: 'Bob\r\nBcc: thief@example.test', mail: 'bob@example.test' },
  a3: { name: 'Eve', mail: 'eve@example.test\r\nRCPT TO:<thief@example.test>' },
  refused: { name: 'Re', mail: 'refused@example.test' },
};

describe('email', () => {
  let server: Awaited<ReturnType<typeof testServer>>;
  let send: Send;
  before(async () => {
    server = await testServer();
    send = smtpSender({ endpoints: server.endpoints, place: 'us-east-1', ca: server.ca, serverName: 'mail.test' });
  });
  after(() => server?.close());
  afterEach(() => {
    server.taken.length = 0;
    server.rules.refuse = () => undefined;
  });

  let nowMs = 1_000_000;
  const clock: Clock = { now: () => nowMs, sleep: async () => undefined };
  const world = (by: Send = send) => {
    const store = memoryStore({ service: 'email' });
    const logged: string[] = [];
    const made = (sender: Send) =>
      new Outbox({
        ...{ store, send: sender, clock, rng: seededRng(1), metrics: createMetrics() },
        users: {
          getAccount: async ({ id = '' }) => {
            const found = people[id];
            if (!found) throw new FaultflixError('not-found', 'no such account');
            return { id, ...found } as never;
          },
        },
        log: { warn: (...what: unknown[]) => void logged.push(JSON.stringify(what)) } as never,
      });
    const happen = (id: string, account: string, type = 'account.created', data = {}) =>
      store.transact((tx) => putDown({ id, type, subject: account, data, atMs: 5_000 }, tx));
    return { store, logged, outbox: made(by), made, happen };
  };
  const left = async (store: Store) => (await store.list(pending, { limit: 100 })).items;

  it('sends one mail an event, with its id, and unicode names right', async () => {
    const { store, outbox, happen } = world();
    await happen('e1', 'a1', 'bill.paid', { bill: 'b1', plan: 'basic', amountMinor: 799, currency: 'USD' });
    await happen('e1', 'a1', 'bill.paid', {});
    await outbox.round();
    await happen('e1', 'a1', 'bill.paid', {});
    await outbox.round();
    assert.equal(server.taken.length, 1);
    const mail = await PostalMime.parse(server.taken[0]!.raw);
    assert.equal(mail.messageId, '<e1@faultflix.test>');
    assert.equal(mail.headers.find(({ key }) => key === 'x-faultflix-event')?.value, 'e1');
    assert.deepEqual(mail.to, [{ name: 'Zoë Ωmega 愛', address: 'zoe@example.test' }]);
    assert.match(mail.text ?? '', /Dear Zoë Ωmega 愛,[\s\S]*\$7\.99/);
    assert.match(mail.html ?? '', /\$7\.99/);
    assert.equal((await store.get(done, 'e1'))?.outcome, 'sent');
    assert.deepEqual(await left(store), []);
  });

  it('cannot be made to write other headers or to other people', async () => {
    const { store, outbox, happen } = world();
    await happen('e2', 'a2');
    await happen('e3', 'a3');
    await outbox.round();
    assert.deepEqual(
      server.taken.map(({ to }) => to),
      [['bob@example.test']],
    );
    const mail = await PostalMime.parse(server.taken[0]!.raw);
    assert.equal(
      mail.headers.some(({ key }) => key === 'bcc'),
      false,
    );
    assert.equal((await store.get(done, 'e3'))?.outcome, 'no-recipient');
  });

  it('keeps what is refused, waits longer each time, and sends those of others meanwhile; no address is logged', async () => {
    server.rules.refuse = (address) => (address.startsWith('refused') ? 550 : undefined);
    const { store, logged, outbox, happen } = world();
    await happen('e4', 'refused');
    await happen('e5', 'a1');
    const waits: number[] = [];
    for (let n = 0; n < 4; n++) {
      await outbox.round();
      const { value } = (await left(store))[0]!;
      assert.equal(value.failures, n + 1);
      waits.push(value.dueAtMs - nowMs);
      await outbox.round(); // not due: nothing is tried
      nowMs = value.dueAtMs;
    }
    assert.equal(logged.length, 4);
    assert.ok(waits[3]! > waits[0]! * 2, `${waits}`);
    assert.equal(server.taken.length, 1);
    assert.doesNotMatch(logged.join(), /example\.test/);
    server.rules.refuse = () => undefined;
    await outbox.round();
    assert.equal(server.taken.length, 2);
    assert.deepEqual(await left(store), []);
  });

  it('sends again with the same Message-ID after a death between acceptance and mark, and not before the claim ends', async () => {
    const { store, made, happen } = world();
    await happen('e6', 'a1');
    // The mail is taken, and then the pod is as good as dead: nothing of it comes back.
    const accepted = Promise.withResolvers<void>();
    const dying = made(async (letter) => {
      await send(letter);
      accepted.resolve();
      return new Promise<never>(() => undefined);
    });
    void dying.round();
    await accepted.promise;
    const other = made(send);
    await other.round();
    assert.equal(server.taken.length, 1);
    nowMs += outboxDefaults.claimMs + 1;
    await other.round();
    const ids = await Promise.all(server.taken.map(async ({ raw }) => (await PostalMime.parse(raw)).messageId));
    assert.deepEqual(ids, ['<e6@faultflix.test>', '<e6@faultflix.test>']);
    assert.deepEqual(await left(store), []);
  });

  it('is sent by one of two replicas that look at once', async () => {
    const { made, happen } = world();
    for (let n = 0; n < 20; n++) await happen(`two-${n}`, 'a1');
    await Promise.all([made(send).round(), made(send).round()]);
    assert.equal(server.taken.length, 20);
  });

  it('sends nothing in the clear, and nothing to a server that it cannot trust', async () => {
    const clear = await testServer({ tls: false });
    try {
      const options = { place: 'us-east-1', serverName: 'mail.test' } as const;
      for (const [endpoints, ca] of [
        [clear.endpoints, clear.ca],
        [server.endpoints, clear.ca],
        [{ nearest: () => [] }, server.ca],
      ] as const) {
        const { store, outbox, happen } = world(smtpSender({ ...options, endpoints, ca }));
        await happen('e7', 'a1');
        await outbox.round();
        assert.equal((await left(store)).length, 1);
      }
      assert.deepEqual([...clear.taken, ...server.taken], []);
    } finally {
      await clear.close();
    }
  });
});
