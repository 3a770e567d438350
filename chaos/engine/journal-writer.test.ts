import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '#base/clock.ts';
import { FaultflixError } from '#base/errors.ts';
import type { ExperimentStatus } from './journal.ts';
import { JournalWriter } from './journal-writer.ts';
import type { JournalStore } from './ports.ts';
import { status } from './testing/evidence.ts';

/** A store with versions; `fail` makes the next writes fail, `others` lets somebody else write. */
class Store implements JournalStore {
  stored: { status: ExperimentStatus | undefined; version: string } | undefined = { status, version: '1' };
  writes: ExperimentStatus[] = [];
  failures: FaultflixError[] = [];

  async read() {
    return this.stored;
  }

  async write(next: ExperimentStatus, version: string): Promise<string> {
    await new Promise((resolve) => setImmediate(resolve));
    const failure = this.failures.shift();
    if (failure) throw failure;
    if (!this.stored) throw new FaultflixError('not-found', 'gone');
    if (version !== this.stored.version) throw new FaultflixError('conflict', 'stale');
    this.writes.push(next);
    this.stored = { status: next, version: String(Number(version) + 1) };
    return this.stored.version;
  }
}

function started(store = new Store(), signal = new AbortController().signal) {
  const initial = { status, version: '1' };
  const holder = { identity: 'a', term: 2 };
  return { store, writer: new JournalWriter({ store, initial, holder, clock: systemClock, signal }) };
}

const seed = (to: number) => (now: ExperimentStatus) => ({ ...now, seed: to });

test('changes that come while a write is under way go together in the next, each durable when it says so', async () => {
  const { store, writer } = started();
  const first = writer.update(seed(1));
  const rest = [2, 3, 4].map((n) => writer.update(seed(n)));
  assert.equal(writer.status.seed, 4, 'at once in memory');
  await first;
  assert.equal(store.stored?.status?.holder?.term, 2);
  await Promise.all(rest);
  assert.equal(store.stored?.status?.seed, 4);
  assert.equal(store.writes.length, 2);
});

test('a person who changed the object in between does not stop the journal', async () => {
  const { store, writer } = started();
  store.stored = { status, version: '77' };
  await writer.update(seed(9));
  assert.deepEqual([store.stored.version, store.stored.status?.seed], ['78', 9]);
});

for (const [name, other] of [
  ['of a later term', { identity: 'b', term: 3 }],
  ['of the same term', { identity: 'b', term: 2 }],
] as const) {
  test(`a successor ${name} stops the journal for good`, async () => {
    const { store, writer } = started();
    store.stored = { status: { ...status, holder: other }, version: '77' };
    await assert.rejects(writer.update(seed(9)), { code: 'conflict', message: /successor/ });
    await assert.rejects(writer.update(seed(10)), { code: 'conflict' });
    assert.equal(store.writes.length, 0);
  });
}

test('a predecessor that wrote meanwhile is overruled', async () => {
  const { store, writer } = started();
  store.stored = { status: { ...status, holder: { identity: 'b', term: 1 } }, version: '77' };
  await writer.update(seed(9));
  assert.equal(store.stored.status?.holder?.identity, 'a');
});

test('an API server that is away is waited for; an Experiment that is gone is not', async () => {
  const { store, writer } = started();
  store.failures = [new FaultflixError('unavailable', 'x'), new FaultflixError('deadline-exceeded', 'x')];
  await writer.update(seed(5));
  assert.equal(store.stored?.status?.seed, 5);
  store.stored = undefined;
  await assert.rejects(writer.update(seed(6)), { code: 'not-found' });
});

test('handed over, what waits for the API server ends as cancelled', async () => {
  const stop = new AbortController();
  const { store, writer } = started(new Store(), stop.signal);
  store.failures = Array.from({ length: 100 }, () => new FaultflixError('unavailable', 'x'));
  const waiting = assert.rejects(writer.update(seed(5)), { code: 'cancelled' });
  stop.abort();
  await waiting;
});
