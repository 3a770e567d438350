import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { eventually } from '../testing/scratch.ts';
import { endProcesses } from './end.ts';
import { identify, identityIn, isAlive, signal, startedWith } from './identity.ts';

async function sleeper(t: TestContext, script = 'exec sleep 1000', env: NodeJS.ProcessEnv = process.env) {
  const child = spawn('/bin/sh', ['-c', script], { detached: true, stdio: ['ignore', 'pipe', 'ignore'], env });
  await once(child, 'spawn');
  t.after(() => {
    try {
      process.kill(-child.pid!, 'SIGKILL');
    } catch {
      // ended by the test itself
    }
  });
  return { child, id: identify(child.pid!)! };
}

const firstLine = async (child: { stdout: NodeJS.ReadableStream | null }) =>
  String((await once(child.stdout!, 'data'))[0]).trim();

test('a process is known by pid and start time; the same pid with another start time is another process', async (t) => {
  const { id, child } = await sleeper(t);
  assert.ok(isAlive(id));
  const reused = { pid: id.pid, startTicks: id.startTicks - 1 };
  assert.equal(isAlive(reused), false);
  assert.equal(signal(reused, 'SIGKILL'), false);
  assert.deepEqual(await endProcesses([reused], { graceMs: 0 }), []);
  assert.ok(isAlive(id), 'the process that has the pid now lives on');
  signal(id, 'SIGKILL');
  await once(child, 'exit');
  assert.equal(isAlive(id), false);
});

test('a name with spaces and parentheses does not confuse it', async (t) => {
  const { id } = await sleeper(t, 'printf "a) S (b" > /proc/self/comm; echo x; read line < /dev/tty || sleep 1000');
  await eventually('comm is set', () => identify(id.pid)?.startTicks === id.startTicks);
});

test('a child that nobody has reaped yet is gone', async (t) => {
  const { child } = await sleeper(t, 'sleep 0 & echo $!; exec sleep 1000');
  const pid = Number(await firstLine(child));
  await eventually('the zombie', () => identify(pid) === undefined);
});

test('one that ignores SIGTERM is killed, with its group', async (t) => {
  const { child, id } = await sleeper(t, "trap '' TERM; sleep 1000 & echo $!; while :; do sleep 1; done");
  const other = identify(Number(await firstLine(child)))!;
  assert.deepEqual(await endProcesses([id], { graceMs: 50 }), []);
  await eventually('its group is gone', () => !isAlive(other));
});

test('a process that left its group and its parent is found by what it inherited', async (t) => {
  const mark = `test-${process.pid}-${Math.random()}`;
  const { child, id } = await sleeper(t, `setsid sh -c 'echo out; exec sleep 1000' & exec sleep 1000`, {
    ...process.env,
    FF_MARK: mark,
  });
  await firstLine(child);
  signal(id, 'SIGKILL');
  await once(child, 'exit');
  const found = await eventually('the one that is left', () => {
    const all = startedWith('FF_MARK', mark);
    return all.length === 1 ? all : undefined;
  });
  assert.deepEqual(startedWith('FF_MARK', mark.slice(0, -1)), [], 'a mark that only begins alike is another');
  assert.deepEqual(await endProcesses(found, { graceMs: 0 }), []);
  assert.deepEqual(startedWith('FF_MARK', mark), []);
});

test('a process whose first thread has ended is there until its last one has', () => {
  // As the kernel wrote it of a program that ended its first thread and slept in another: field 20 is the threads left.
  const stat = (state: string, threads: number) =>
    `20118 (a b) c) ${state} 20074 20074 27964 0 -1 4227084 2955 6554 1 0 2 2 3 1 20 0 ${threads} 0 2288548 0 0 0`;
  assert.deepEqual(identityIn(stat('Z', 2), 20118), { pid: 20118, startTicks: 2288548 });
  assert.equal(identityIn(stat('Z', 1), 20118), undefined);
  assert.equal(identityIn(stat('X', 1), 20118), undefined);
  assert.deepEqual(identityIn(stat('S', 1), 20118), { pid: 20118, startTicks: 2288548 });
});
