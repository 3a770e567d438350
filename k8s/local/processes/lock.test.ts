import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';
import { followLock, holderOf, tryLock } from './lock.ts';

const HOLDER = `
import { tryLock } from ${JSON.stringify(join(import.meta.dirname, 'lock.ts'))};
const lock = await tryLock({ name: process.argv[1], doing: 'hold' });
lock.tell({ done: 7 });
console.log('held');
setInterval(() => {}, 1e6);
`;

async function holder(name: string) {
  const child = spawn(process.execPath, ['--input-type=module', '-e', HOLDER, name], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return child;
}

test('one holder at a time, and the name is free after the release', async () => {
  const name = randomUUID();
  const lock = await tryLock({ name, doing: 'first' });
  assert.ok(lock);
  assert.equal(await tryLock({ name, doing: 'second' }), undefined);
  await lock.release();
  const again = await tryLock({ name, doing: 'second' });
  assert.ok(again);
  await again.release();
});

test('many at once: one gets it', async () => {
  const name = randomUUID();
  const got = (await Promise.all(Array.from({ length: 20 }, () => tryLock({ name, doing: 'race' })))).filter(Boolean);
  assert.equal(got.length, 1);
  await got[0]!.release();
});

test('the holder says who it is, since when and for what', async () => {
  const name = randomUUID();
  const clock = { now: () => 1_000, sleep: async () => {} };
  const lock = await tryLock({ name, doing: 'test', clock });
  assert.deepEqual(await holderOf(name), { pid: process.pid, sinceMs: 1_000, doing: 'test' });
  await lock!.release();
  assert.equal(await holderOf(name), undefined);
});

test('a holder that is killed holds nothing any more, and its followers learn it', { timeout: 30_000 }, async () => {
  const name = randomUUID();
  const child = await holder(name);
  const seen: unknown[] = [];
  const told = Promise.withResolvers<void>();
  const over = followLock({
    name,
    onHolder: ({ pid }) => seen.push(pid),
    onStatus: (status) => {
      seen.push(status);
      told.resolve();
    },
  });
  await told.promise;
  assert.deepEqual(seen, [child.pid, { done: 7 }]);
  const exited = once(child, 'exit'); // it may come before what its followers learn
  child.kill('SIGKILL');
  await over;
  await exited;
  const lock = await tryLock({ name, doing: 'next' });
  assert.ok(lock);
  await lock.release();
});

test('following what nobody holds is over at once; an abort ends it', async () => {
  await followLock({ name: randomUUID() });
  const name = randomUUID();
  const lock = await tryLock({ name, doing: 'test' });
  const stop = new AbortController();
  const following = followLock({ name, signal: stop.signal, onHolder: () => stop.abort(new Error('enough')) });
  await assert.rejects(following, /enough/);
  await lock!.release();
});
