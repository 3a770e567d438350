import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type FaultflixError, messageOf } from '#base/errors.ts';
import { isAlive, type ProcessId, signal } from '../processes/identity.ts';
import { scratch } from '../testing/scratch.ts';
import { type Exit, Supervised, type SupervisedOptions } from './supervised.ts';

async function world(t: TestContext, script: string, more: Partial<SupervisedOptions> = {}) {
  const started: ProcessId[] = [];
  const sleeps: number[] = [];
  const restarts: Exit[] = [];
  const waiting: Array<() => void> = [];
  const gaveUp = Promise.withResolvers<FaultflixError>();
  const logFile = join(await scratch(t), 'log');
  const process_ = new Supervised({
    name: 'part',
    command: '/bin/sh',
    args: ['-c', script],
    env: process.env,
    logFile,
    onStart: (id) => started.push(id),
    onRestart: (exit) => {
      restarts.push(exit);
      waiting.shift()?.();
    },
    onGiveUp: gaveUp.resolve,
    clock: {
      now: () => Date.now(),
      async sleep(ms) {
        sleeps.push(ms);
        await new Promise((resolve) => setTimeout(resolve, Math.min(ms, 20)));
      },
    },
    ...more,
  });
  t.after(() => process_.stop({ graceMs: 0 }));
  const restarted = () => new Promise<void>((resolve) => waiting.push(resolve));
  return { part: process_, started, sleeps, restarts, restarted, gaveUp: gaveUp.promise, logFile };
}

test('one that is killed is started again, and why is told', { timeout: 30_000 }, async (t) => {
  const { part, started, restarts, restarted, sleeps } = await world(t, 'exec sleep 1000');
  await part.start();
  const again = restarted();
  signal(started[0]!, 'SIGKILL');
  await again;
  assert.equal(started.length, 2);
  assert.deepEqual(restarts, [{ code: null, signal: 'SIGKILL' }]);
  assert.equal(part.pid, started[1]!.pid);
  assert.equal(sleeps[0], 100);
});

test('one that keeps dying is waited for longer each time, and given up with the end of its log', {
  timeout: 30_000,
}, async (t) => {
  const { part, gaveUp, sleeps, logFile } = await world(t, 'echo out of luck >&2; exit 3');
  await part.start();
  const error = await gaveUp;
  assert.deepEqual(sleeps, [100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000, 5_000, 5_000]);
  assert.equal(await readFile(logFile, 'utf8'), 'out of luck\n'.repeat(11));
  assert.equal(error.code, 'could-not-run');
  assert.match(error.received!, /exit code 3; the end of its log:\n.*out of luck/s);
});

test('stopped, it stays so; one that ignores SIGTERM too', { timeout: 30_000 }, async (t) => {
  const { part, started, restarts } = await world(t, "trap '' TERM; while :; do sleep 1; done");
  await part.start();
  await part.stop({ graceMs: 30 });
  assert.equal(isAlive(started[0]!), false);
  assert.deepEqual(restarts, []);
  await part.stop({ graceMs: 30 });
});

test('stopped while it waits to start again', { timeout: 30_000 }, async (t) => {
  const slept = Promise.withResolvers<void>();
  const { part, logFile } = await world(t, 'echo ran >&2; exit 1', {
    clock: {
      now: () => Date.now(),
      sleep: (_ms, stop) =>
        new Promise((_, reject) => {
          slept.resolve();
          stop?.addEventListener('abort', () => reject(stop.reason));
        }),
    },
  });
  await part.start();
  await slept.promise;
  await part.stop({ graceMs: 0 });
  assert.equal(await readFile(logFile, 'utf8'), 'ran\n');
});

test('its lines are read, its errors logged', { timeout: 30_000 }, async (t) => {
  const line = Promise.withResolvers<string>();
  const { part, logFile } = await world(t, 'echo logged >&2; echo said; exec sleep 1000', { onLine: line.resolve });
  await part.start();
  assert.equal(await line.promise, 'said');
  await part.stop({ graceMs: 0 });
  assert.equal(await readFile(logFile, 'utf8'), 'logged\n');
});

test('a program that is not there', async (t) => {
  const { part } = await world(t, '', { command: '/nowhere/etcd' });
  await assert.rejects(part.start(), (error) => /could not start part.*ENOENT/.test(messageOf(error)));
});
