import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { FaultflixError } from '#base/errors.ts';
import { identify, isAlive, type ProcessId } from '../processes/identity.ts';
import { scratch } from '../testing/scratch.ts';
import { CLUSTER_VARIABLE, createStateDir, newInstance, readRecord, writeRecord } from './state-dir.ts';
import { sweep } from './sweep.ts';

const NOBODY: ProcessId = { pid: 2 ** 22 + 1, startTicks: 1 }; // above the largest pid of Linux

async function stray(t: TestContext, env: NodeJS.ProcessEnv, script = 'echo up; exec sleep 1000') {
  const child = spawn('/bin/sh', ['-c', script], { detached: true, stdio: ['ignore', 'pipe', 'ignore'], env });
  t.after(() => child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return identify(child.pid!)!;
}

async function world(t: TestContext) {
  const stateDir = join(await scratch(t), 'user', 'one');
  await createStateDir(stateDir);
  const instance = newInstance('one');
  const record = (processes: Record<string, ProcessId>) =>
    writeRecord(stateDir, { instance, startedAtMs: 0, supervisor: NOBODY, processes });
  return { stateDir, instance, record, env: { ...process.env, [CLUSTER_VARIABLE]: instance } };
}

test('ends what is recorded and what bears the mark, and removes the folder', async (t) => {
  const { stateDir, record, env } = await world(t);
  const recorded = await stray(t, process.env);
  const marked = await stray(t, env);
  const other = await stray(t, { ...process.env, [CLUSTER_VARIABLE]: newInstance('one') });
  await record({ etcd: recorded, gone: NOBODY });
  assert.equal(await sweep({ stateDir, graceMs: 0 }), 2);
  assert.deepEqual([recorded, marked, other].map(isAlive), [false, false, true]);
  assert.deepEqual(await readdir(join(stateDir, '..', '..')), []);
});

test('a pid of the record that another process has by now is left alone', async (t) => {
  const { stateDir, record } = await world(t);
  const innocent = await stray(t, process.env);
  await record({ etcd: { ...innocent, startTicks: innocent.startTicks - 5 } });
  assert.equal(await sweep({ stateDir, graceMs: 0 }), 0);
  assert.ok(isAlive(innocent));
});

test('the kubelet may end its pods first', async (t) => {
  const { stateDir, record, env } = await world(t);
  const told = join(stateDir, '..', 'told');
  const kubelet = await stray(t, env, `trap 'echo > ${told}; exit 0' TERM; echo up; while :; do sleep 0.01; done`);
  await record({ kubelet });
  await sweep({ stateDir, graceMs: 10_000 });
  assert.equal(isAlive(kubelet), false);
  assert.deepEqual(await readdir(join(stateDir, '..')), ['told']);
});

test('nothing there, or a record that says nothing: nothing to end', async (t) => {
  const { stateDir } = await world(t);
  await writeFile(join(stateDir, 'cluster.json'), '{"instance":');
  assert.equal(await readRecord(stateDir), undefined);
  assert.equal(await sweep({ stateDir, graceMs: 0 }), 0);
  assert.equal(await sweep({ stateDir, graceMs: 0 }), 0);
});

test("another cluster's folder beside it stays", async (t) => {
  const { stateDir } = await world(t);
  await mkdir(join(stateDir, '..', 'two'));
  await sweep({ stateDir, graceMs: 0 });
  assert.deepEqual(await readdir(join(stateDir, '..')), ['two']);
});

test("a state folder that is someone else's, or no folder, is refused", async (t) => {
  const root = await scratch(t);
  await mkdir(join(root, 'elsewhere'));
  await symlink(join(root, 'elsewhere'), join(root, 'link'));
  const refused = (error: unknown) => error instanceof FaultflixError && /TMPDIR/.test(error.todo ?? '');
  await assert.rejects(createStateDir(join(root, 'link', 'one')), refused);
});

test('the folder is for its user alone', async (t) => {
  const root = await scratch(t);
  await mkdir(join(root, 'user'));
  await chmod(join(root, 'user'), 0o777);
  await createStateDir(join(root, 'user', 'one'));
  const { mode } = await (await import('node:fs/promises')).stat(join(root, 'user'));
  assert.equal(mode & 0o777, 0o700);
});
