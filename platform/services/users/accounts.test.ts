import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Store, StoredEvent } from '#platform/stores/store.ts';
import { Accounts } from './accounts.ts';
import { mails } from './collections.ts';
import { Passwords } from './passwords.ts';
import { Profiles } from './profiles.ts';
import { loadSecrets } from './secrets.ts';
import { fakeClock, type TestStore, testStore } from './testing/store.ts';

const person = { mail: 'Ada@example.org', name: 'Ada', password: 'correct horse', country: 'DE' };

async function parts() {
  const clock = fakeClock();
  const store = testStore(clock);
  const secrets = await loadSecrets(store);
  const passwords = new Passwords({ cost: { N: 2 ** 8, r: 8, p: 1 } });
  return {
    store,
    secrets,
    clock,
    accounts: new Accounts({ store, secrets, passwords, clock }),
    profiles: new Profiles({ store, secrets }),
  };
}

/** The first `count` events; the one after them would be seen too, since they are in order. */
async function emitted(store: TestStore, count: number): Promise<StoredEvent[]> {
  const seen: StoredEvent[] = [];
  const ending = new AbortController();
  const handle = async (event: StoredEvent) => {
    seen.push(event);
    if (seen.length >= count) ending.abort();
  };
  await store.consume({ consumer: 'test', types: ['account.created'], handle, signal: ending.signal });
  return seen;
}

describe('sign-up', () => {
  it('makes account, profile and event together', async () => {
    const { accounts, profiles, store, clock } = await parts();
    const account = await accounts.create(person, 'k1');
    assert.deepEqual(account, {
      ...account,
      mail: 'Ada@example.org',
      name: 'Ada',
      country: 'DE',
      createdAtMs: clock.nowMs,
    });
    assert.deepEqual(await accounts.get(account.id), account);
    assert.deepEqual(
      (await profiles.list(account.id)).map(({ name, maxAge }) => [name, maxAge]),
      [['Ada', 0]],
    );
    const [event] = await emitted(store, 1);
    assert.deepEqual([event!.type, event!.subject, event!.data], ['account.created', account.id, { country: 'DE' }]);
  });

  it('tried again with its key is the same, once, on any pod and at once', async () => {
    const { accounts, store } = await parts();
    const tries = await Promise.all([1, 2, 3].map(() => accounts.create(person, 'k1')));
    const ids = new Set([...tries, await accounts.create({ ...person }, 'k1')].map(({ id }) => id));
    assert.equal(ids.size, 1);
    const other = await accounts.create({ ...person, mail: 'b@example.org' }, 'k2');
    assert.deepEqual(
      (await emitted(store, 2)).map(({ subject }) => subject),
      [[...ids][0], other.id],
    );
  });

  it('tried again while another pod does it is no conflict: what it reads one after the other may have changed between', async () => {
    const { accounts: other, store, secrets, clock } = await parts();
    const done = Promise.withResolvers<void>();
    const slow: Pick<Store, 'get'> = {
      get: async (collection, id) => {
        if (collection.name === mails.name) await done.promise;
        return store.get(collection, id);
      },
    };
    const passwords = new Passwords({ cost: { N: 2 ** 8, r: 8, p: 1 } });
    const late = new Accounts({ store: { ...store, ...slow }, secrets, passwords, clock }).create(person, 'k1');
    const first = await other.create(person, 'k1');
    done.resolve();
    assert.deepEqual(await late, first);
  });

  it('with the key of another is a conflict, whatever differs', async () => {
    const { accounts } = await parts();
    await accounts.create(person, 'k1');
    for (const changed of [{ name: 'Eve' }, { mail: 'e@example.org' }, { password: 'other horse' }, { country: 'US' }])
      await assert.rejects(accounts.create({ ...person, ...changed }, 'k1'), { code: 'conflict' });
  });

  it('of an address that has an account is a conflict, in any case, also of two at once', async () => {
    const { accounts } = await parts();
    const both = await Promise.allSettled([accounts.create(person, 'k1'), accounts.create(person, 'k2')]);
    assert.deepEqual(both.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
    await assert.rejects(accounts.create({ ...person, mail: 'aDA@EXAMPLE.org' }, undefined), { code: 'conflict' });
  });

  it('that is refused leaves nothing behind', async () => {
    const { accounts, store } = await parts();
    const before = await store.dump();
    for (const changed of [{ name: 'a\u0000' }, { mail: 'x' }, { password: 'short' }, { country: 'XX' }])
      await assert.rejects(accounts.create({ ...person, ...changed }, 'k'), { code: 'bad-input' });
    assert.equal(await store.dump(), before);
  });

  it('is at rest without mail address, name or password that could be read', async () => {
    const { accounts, store } = await parts();
    await accounts.create(person, 'k1');
    const dump = (await store.dump()).toLowerCase();
    for (const secret of ['ada@example.org', 'correct horse', 'scrypt$', '"ada"'])
      assert(!dump.includes(secret), secret);
    assert(dump.includes('account.created'), 'the dump shows what is not sealed');
  });
});

describe('profiles', () => {
  it('are made once a key, five at most, and deleted', async () => {
    const { accounts, profiles } = await parts();
    const { id: account } = await accounts.create(person, 'k');
    const kid = { account, name: 'Kid', maxAge: 6 };
    const made = await profiles.create(kid, 'p1');
    assert.deepEqual(await profiles.create(kid, 'p1'), made);
    await assert.rejects(profiles.create({ ...kid, maxAge: 12 }, 'p1'), { code: 'conflict' });
    const more = await Promise.allSettled([2, 3, 4, 5].map((n) => profiles.create({ ...kid, name: `${n}` }, `p${n}`)));
    assert.equal(more.filter(({ status }) => status === 'fulfilled').length, 3);
    assert.equal((await profiles.list(account)).length, 5);
    await profiles.delete(account, made.id);
    await profiles.delete(account, made.id);
    assert(!(await profiles.list(account)).some(({ id }) => id === made.id));
  });

  it('belong to an account', async () => {
    const { profiles } = await parts();
    await assert.rejects(profiles.list('a1'), { code: 'not-found' });
    await assert.rejects(profiles.create({ account: 'a1', name: 'x', maxAge: 0 }, undefined), { code: 'not-found' });
    await assert.rejects(profiles.delete('a1', 'p1'), { code: 'not-found' });
    await assert.rejects(profiles.list('../x'), { code: 'bad-input' });
  });
});

describe('the secrets', () => {
  it('are the same for pods that start at once', async () => {
    const store = testStore(fakeClock());
    const all = await Promise.all([loadSecrets(store), loadSecrets(store), loadSecrets(store)]);
    assert.deepEqual(all[1], all[0]);
    assert.deepEqual(all[2], all[0]);
    assert.deepEqual(await loadSecrets(store), all[0]);
  });
});
