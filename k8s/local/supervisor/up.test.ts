import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { test } from 'node:test';
import { identify, isAlive, signal } from '../processes/identity.ts';
import { footprint, portsOf, startUp } from '../testing/cluster.ts';
import { eventually } from '../testing/scratch.ts';
import { clusterPlace } from './state-dir.ts';

const FLAGS = ['--no-kubelet'];
const OPTIONS = { timeout: 300_000 };
const NOTHING = { processes: [], ports: [] };

/** The guardian is the one child of the supervisor that is a shell. */
function guardianOf(supervisor: number): number {
  for (const entry of readdirSync('/proc')) {
    const id = /^\d+$/.test(entry) ? identify(Number(entry)) : undefined;
    if (id && parentOf(id.pid) === supervisor && commandOf(id.pid).includes('faultflix-guardian')) return id.pid;
  }
  throw new Error('no guardian');
}

const commandOf = (pid: number) => readFileSync(`/proc/${pid}/cmdline`, 'utf8');
const parentOf = (pid: number) => Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);

test('a second up of the same name is refused, and told by whom; the first goes on', OPTIONS, async (t) => {
  const name = `two-${process.pid}`;
  const first = startUp(t, name, ...FLAGS);
  await first.event('stage');
  const second = startUp(t, name, ...FLAGS);
  assert.equal(await second.over, 3);
  const { error } = await second.event('error');
  assert.equal(error.code, 'conflict');
  assert.match(error.received!, new RegExp(`process ${first.id.pid}, since 20`));
  assert.match(error.todo!, /--name/);
  await first.event('ready');
});

test('SIGKILL of the supervisor: its guardian ends the rest', OPTIONS, async (t) => {
  const name = `orphan-${process.pid}`;
  const up = startUp(t, name, ...FLAGS);
  const { pids, stateDir } = await up.event('ready');
  const before = await footprint(name, await portsOf(Object.values(pids)));
  const guardian = identify(guardianOf(up.id.pid))!;
  signal(up.id, 'SIGKILL');
  await up.over;
  await eventually('the state folder is gone', () => !existsSync(stateDir) || undefined);
  await eventually('the guardian is gone', () => !isAlive(guardian) || undefined);
  assert.deepEqual(await before.left(), NOTHING);
});

test('SIGKILL of supervisor and guardian: the next up ends the rest and starts anew', OPTIONS, async (t) => {
  const name = `strays-${process.pid}`;
  const up = startUp(t, name, ...FLAGS);
  const { pids } = await up.event('ready');
  const before = await footprint(name, await portsOf(Object.values(pids)));
  process.kill(guardianOf(up.id.pid), 'SIGKILL');
  signal(up.id, 'SIGKILL');
  await up.over;
  assert.equal((await before.left()).processes.length >= 4, true, 'they do run on');
  const again = startUp(t, name, ...FLAGS);
  assert.equal((await again.event('recovered')).ended, 4);
  assert.deepEqual(await before.left(), NOTHING);
  await again.event('ready');
});

test('ended at any moment of its start, it leaves nothing', OPTIONS, async (t) => {
  const name = `early-${process.pid}`;
  const moments = [
    { type: 'stage', fits: (state: string) => state === 'tools started' },
    { type: 'stage', fits: (state: string) => state === 'tools done' },
    { type: 'stage', fits: (state: string) => state === 'control-plane started' },
    { type: 'stage', fits: (state: string) => state === 'control-plane done' },
  ] as const;
  for (const { type, fits } of moments) {
    const up = startUp(t, name, ...FLAGS);
    await up.event(type, (event) => fits(`${event.stage} ${event.state}`));
    const { left } = await footprint(name, []);
    signal(up.id, 'SIGINT');
    assert.equal(await up.over, 0);
    assert.deepEqual(await left(), NOTHING);
    assert.equal(existsSync(clusterPlace(name).stateDir), false);
  }
  assert.equal(readdirSync(dirname(dirname(clusterPlace(name).stateDir))).includes(name), false);
});
