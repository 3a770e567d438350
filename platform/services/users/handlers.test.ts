import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { accessKeys } from '#contracts/access-token.ts';
import { type Rig, startRig } from './testing/rig.ts';

const person = { mail: 'ada@example.org', name: 'Ada', password: 'correct horse', country: 'DE' };
const key = (value: string) => ({ 'idempotency-key': value });

let rig: Rig;
before(async () => {
  rig = await startRig();
});
after(() => rig.stop());

describe('users over gRPC', () => {
  it('signs up once a key, says the account, and never its password', async () => {
    const account = await rig.call('createAccount', person, key('k1'));
    assert.deepEqual(await rig.call('createAccount', person, key('k1')), account);
    assert.deepEqual(await rig.call('getAccount', { id: account.id }), account);
    assert.deepEqual(Object.keys(account).sort(), ['country', 'createdAtMs', 'id', 'mail', 'name']);
    await assert.rejects(rig.call('createAccount', { ...person, name: 'Eve' }, key('k1')), { code: 'conflict' });
    await assert.rejects(rig.call('createAccount', person, key('k2')), { code: 'conflict' });
  });

  it('keeps profiles', async () => {
    const { id: account } = await rig.call('createAccount', { ...person, mail: 'b@example.org' }, key('k3'));
    const made = await rig.call('createProfile', { account, name: 'Kid', maxAge: 6 }, key('p1'));
    const { profiles } = await rig.call('listProfiles', { account });
    assert.deepEqual(
      (profiles as { name: string }[]).map(({ name }) => name),
      ['Ada', 'Kid'],
    );
    assert.deepEqual(await rig.call('deleteProfile', { account, id: made.id }), {});
  });

  it('gives keys that a gateway can read', async () => {
    accessKeys(String((await rig.call('getKeys', {})).jwks));
  });

  it('refuses bad input with a code, and says nothing of it in error or log', async () => {
    const cases: [string, object, string][] = [
      ['createAccount', {}, 'bad-input'],
      ['createAccount', { ...person, mail: 'secret-mail at example.org' }, 'bad-input'],
      ['createAccount', { ...person, mail: 'c@example.org', password: 'secret1' }, 'bad-input'],
      ['createAccount', { ...person, mail: 'c@example.org', name: 'a\u0000b' }, 'bad-input'],
      ['createAccount', { ...person, mail: 'c@example.org', country: 'Germany' }, 'bad-input'],
      ['getAccount', { id: '' }, 'bad-input'],
      ['getAccount', { id: 'a/../b' }, 'bad-input'],
      ['getAccount', { id: 'nobody' }, 'not-found'],
      ['listProfiles', { account: 'nobody' }, 'not-found'],
      ['createProfile', { account: 'nobody', name: '\u202e', maxAge: 0 }, 'bad-input'],
      ['createProfile', { account: 'nobody', name: 'x', maxAge: -1 }, 'bad-input'],
      ['deleteProfile', { account: 'nobody', id: 'p' }, 'not-found'],
    ];
    for (const [method, request, code] of cases) {
      const error = await rig.call(method, request).then(
        () => assert.fail(method),
        (thrown: unknown) => thrown as { code: string },
      );
      assert.equal(error.code, code, `${method} ${JSON.stringify(request)}`);
      assert(!JSON.stringify(error).includes('secret'));
    }
    for (const secret of ['secret', 'ada@example.org', 'correct horse']) assert(!rig.logged().includes(secret), secret);
  });

  it('counts sign-ups, by outcome', async () => {
    const text = await rig.metrics();
    assert.match(text, /faultflix_sign_ups_total\{outcome="ok"\} \d/);
    assert.match(text, /faultflix_sign_ups_total\{outcome="bad-input"\} \d/);
    assert.match(text, /faultflix_password_seconds_count \d/);
  });

  it('is unavailable while the store is out, but for its keys', async () => {
    rig.store.out = true;
    try {
      await assert.rejects(rig.call('getAccount', { id: 'a1' }), { code: 'unavailable' });
      accessKeys(String((await rig.call('getKeys', {})).jwks));
    } finally {
      rig.store.out = false;
    }
  });
});
