import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createMetrics } from '#kit/metrics.ts';
import { Accounts } from '../accounts.ts';
import { credentials } from '../collections.ts';
import { Passwords, passwordCost, type ScryptCost } from '../passwords.ts';
import { loadSecrets } from '../secrets.ts';
import { fakeClock, testStore } from '../testing/store.ts';
import { deviceCookie, knownDevice } from './device-cookie.ts';
import { delayMs, lockOut } from './lock-out.ts';
import { signInWith } from './sign-in.ts';
import { sourceOf } from './source.ts';

const person = { mail: 'ada@example.org', name: 'Ada', password: 'correct horse', country: 'DE' };
const cheap: ScryptCost = { N: 2 ** 8, r: 8, p: 1 };

async function parts() {
  const clock = fakeClock();
  const store = testStore(clock);
  const secrets = await loadSecrets(store);
  const metrics = createMetrics();
  const signInAt = (cost: ScryptCost, waiting?: number) => {
    const passwords = new Passwords({ cost, ...(waiting === undefined ? {} : { waiting, atOnce: 1 }) });
    return { passwords, signIn: signInWith({ store, secrets, passwords, clock, metrics }) };
  };
  const { passwords, signIn } = signInAt(cheap);
  const { id } = await new Accounts({ store, secrets, passwords, clock }).create(person, 'k');
  const tried = (password: string, source = 'home', cookie?: string, mail = person.mail) =>
    signIn({ mail, password, source, cookie });
  const outcome = async (...args: Parameters<typeof tried>) => (await tried(...args)).outcome;
  /** As an attacker would: waits as long as it is told, and no longer. */
  const guess = async (source: string, times: number, mail = person.mail) => {
    for (let i = 0; i < times; i += 1) {
      const result = await tried(`guess ${i}`, source, undefined, mail);
      if (result.outcome === 'wait' && i < times - 1) clock.nowMs += result.waitMs;
    }
  };
  return { clock, store, secrets, metrics, id, tried, outcome, guess, signInAt };
}

describe('signing in', () => {
  it('takes the right password alone, by any spelling of the address', async () => {
    const { tried, outcome, id } = await parts();
    const result = await tried(person.password, 'home', undefined, ' ADA@Example.ORG');
    assert(result.outcome === 'ok' && result.account === id);
    assert.equal(await outcome('correct Horse'), 'wrong');
    for (const mail of ['nobody@example.org', 'not an address', '', 'a\u0000@x.org'])
      assert.equal(await outcome(person.password, 'home', undefined, mail), 'wrong', mail);
    assert.equal(await outcome('x'.repeat(100_000)), 'wrong');
  });

  it('renews a hash of an older cost while it has the password', async () => {
    const { store, id, signInAt } = await parts();
    const given = { mail: person.mail, password: person.password, source: 'home', cookie: undefined };
    const { signIn, passwords } = signInAt({ N: 2 ** 9, r: 8, p: 1 });
    assert.equal((await signIn(given)).outcome, 'ok');
    assert(!passwords.outdated((await store.get(credentials, id))!.password));
    assert.equal((await signIn(given)).outcome, 'ok');
  });

  it('counts outcomes', async () => {
    const { outcome, metrics } = await parts();
    await outcome('wrong one');
    await outcome(person.password);
    const text = await metrics.registry.metrics();
    assert.match(text, /sign_ins_total\{outcome="wrong"\} 1/);
    assert.match(text, /sign_ins_total\{outcome="ok"\} 1/);
    assert(!text.includes('ada'));
  });
});

describe('lock-out', () => {
  it('lets five mistakes pass, then makes their place wait, longer each time', async () => {
    const { outcome, tried, clock } = await parts();
    for (let i = 0; i < lockOut.unknown.free; i += 1) assert.equal(await outcome('wrong'), 'wrong');
    const waits: number[] = [];
    for (let i = 0; i < 4; i += 1) {
      const result = await tried(person.password);
      assert(result.outcome === 'wait', 'the right password must wait too, or waiting would tell it');
      waits.push(result.waitMs);
      clock.nowMs += result.waitMs;
      assert.equal(await outcome('wrong'), 'wrong');
    }
    assert.deepEqual(waits, [1_000, 2_000, 4_000, 8_000]);
    assert.equal(delayMs(1_000, lockOut.unknown), lockOut.unknown.maxMs);
  });

  it('is over with the right password, or after a day', async () => {
    const { outcome, clock, guess } = await parts();
    for (let i = 0; i < 5; i += 1) await outcome('wrong');
    clock.nowMs += 1_000;
    assert.equal(await outcome(person.password), 'ok');
    for (let i = 0; i < 5; i += 1) assert.equal(await outcome('wrong'), 'wrong');
    await guess('home', 20);
    clock.nowMs += lockOut.forgottenAfterMs;
    assert.equal(await outcome('wrong'), 'wrong');
    assert.equal(await outcome(person.password), 'ok');
  });

  it('of who guesses is not that of the owner elsewhere', async () => {
    const { outcome, guess } = await parts();
    await guess('attacker', 40);
    assert.equal(await outcome(person.password, 'attacker'), 'wait');
    assert.equal(await outcome(person.password, 'home'), 'ok');
  });

  it('lets in a known device and a new one, while the account is guessed from everywhere', async () => {
    const { tried, outcome, guess } = await parts();
    const first = await tried(person.password, 'home');
    assert(first.outcome === 'ok');
    for (let source = 0; source < 100; source += 1) await guess(`bot-${source}`, 2);
    assert.equal(await outcome('wrong', 'bot-new'), 'wrong');
    assert.equal(await outcome('wrong', 'bot-new'), 'wait', 'one try now, not five');
    assert.equal(await outcome('mistyped', 'home', first.device.value), 'wrong');
    assert.equal(await outcome(person.password, 'home', first.device.value), 'ok');
    assert.equal(await outcome(person.password, 'hotel'), 'ok', 'a new place has its one try');
  });

  it('slows a source down that tries many accounts, but not a known device behind it', async () => {
    const { tried, outcome, guess } = await parts();
    const first = await tried(person.password, 'office');
    assert(first.outcome === 'ok');
    for (let i = 0; i < lockOut.source.free + 5; i += 1) await guess('office', 1, `victim-${i}@example.org`);
    assert.equal(await outcome('x', 'office', undefined, 'another@example.org'), 'wait');
    assert.equal(await outcome(person.password, 'office', first.device.value), 'ok');
  });

  it('counts a thousand tries at once as a thousand', async () => {
    const { tried } = await parts();
    const results = await Promise.allSettled(Array.from({ length: 30 }, (_, i) => tried(`guess ${i}`, 'attacker')));
    const looked = results.filter((each) => each.status === 'fulfilled' && each.value.outcome === 'wrong');
    assert(looked.length <= lockOut.unknown.free, `${looked.length} were looked at`);
  });

  it('does not tell whether there is an account', async () => {
    const { tried } = await parts();
    const sequence = async (mail: string) => {
      const seen = [];
      for (let i = 0; i < 7; i += 1) seen.push(await tried('wrong', 'x', undefined, mail));
      return seen;
    };
    assert.deepEqual(await sequence('nobody@example.org'), await sequence(person.mail));
  });

  it('does not count what was never looked at: too many at once, or a store that is out', async () => {
    const { signInAt, outcome, store } = await parts();
    const { signIn, passwords } = signInAt(passwordCost, 0);
    const given = { mail: person.mail, password: person.password, source: 'home', cookie: undefined };
    for (let i = 0; i < 8; i += 1) {
      const busy = passwords.hash('somebody else');
      await assert.rejects(signIn(given), { code: 'overloaded' });
      await busy;
    }
    store.out = true;
    await assert.rejects(signIn(given), { code: 'unavailable' });
    store.out = false;
    assert.equal(await outcome('wrong'), 'wrong');
    assert.equal(await outcome(person.password), 'ok');
  });
});

describe('a device cookie', () => {
  const key = Buffer.alloc(32, 7);
  const nowMs = 1_800_000_000_000;
  it('is known for its account and its time, and cannot be made', () => {
    const { value, maxAgeSeconds } = deviceCookie(key, 'mail-1', nowMs);
    assert(knownDevice(key, 'mail-1', value, nowMs));
    assert.equal(knownDevice(key, 'mail-2', value, nowMs), undefined);
    assert.equal(knownDevice(key, 'mail-1', value, nowMs + maxAgeSeconds * 1_000), undefined);
    assert.equal(knownDevice(Buffer.alloc(32, 8), 'mail-1', value, nowMs), undefined);
    for (const forged of [undefined, '', 'x', value.replace(/^./, '0'), value.replace(/\.\d/, '.9'), `${value}0`])
      if (forged !== value) assert.equal(knownDevice(key, 'mail-1', forged, nowMs), undefined, String(forged));
  });
});

describe('a source', () => {
  it('is an address, or a household’s network', () => {
    assert.equal(sourceOf('192.0.2.7, 10.0.0.1', '127.0.0.1'), '192.0.2.7');
    assert.equal(sourceOf(undefined, '::ffff:192.0.2.7'), '192.0.2.7');
    assert.equal(sourceOf('nonsense', '192.0.2.8'), '192.0.2.8');
    assert.equal(sourceOf('2001:db8:0:1::1', undefined), sourceOf('2001:db8:0:1:ffff::2', undefined));
    assert.equal(sourceOf('2001:DB8::1', undefined), '2001:db8:0:0::/64');
    assert.notEqual(sourceOf('2001:db8:0:1::1', undefined), sourceOf('2001:db8:0:2::1', undefined));
    assert.equal(sourceOf(undefined, undefined), '');
  });
});
