import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { difference, hostState } from '#k8s/containerd/host-state.ts';
import { identify, isAlive, signal } from '#k8s/local/processes/identity.ts';
import { clusterPlace, readRecord } from '#k8s/local/supervisor/state-dir.ts';
import { startUp, type UpProcess } from '#k8s/local/testing/cluster.ts';
import { eventually } from '#k8s/local/testing/scratch.ts';

const FLAGS = ['--nodes', 'containerd', '--node-count', '1'];
const OPTIONS = { timeout: 600_000 };

/** A cluster that is up, and the host as it was before. */
async function started(t: Parameters<typeof startUp>[0], name: string) {
  const before = hostState(name);
  const up = startUp(t, name, ...FLAGS);
  const ready = await up.event('ready');
  const during = difference(before, hostState(name));
  // What is compared must be able to tell: a cluster that runs does show, and only as processes and cgroups.
  assert.ok(during.some((line) => line.startsWith('processes: + ')));
  assert.ok(during.some((line) => line.startsWith('cgroups: + ')));
  assert.deepEqual(
    during.filter((line) => !/^(processes|cgroups): \+ /.test(line)),
    [],
    'the host’s network, mounts and sysctls are as before while it runs',
  );
  return { before, up, ready };
}

async function assertClean(name: string, before: ReturnType<typeof hostState>) {
  await eventually('the state folder is gone', () => !existsSync(clusterPlace(name).stateDir) || undefined);
  await eventually('no process of it', () => hostState(name).processes.length === 0 || undefined);
  assert.deepEqual(difference(before, hostState(name)), []);
}

async function namespacesOf(name: string) {
  const id = (await readRecord(clusterPlace(name).stateDir))?.processes.namespaces;
  assert.ok(id && isAlive(id), 'the record names what holds the namespaces');
  return id;
}

/** The guardian clears up after a killed supervisor. */
const killed = async (up: UpProcess) => {
  signal(up.id, 'SIGKILL');
  assert.equal(await up.over, 'SIGKILL');
};

test('up and down: the host is as before', OPTIONS, async (t) => {
  const name = `host-down-${process.pid}`;
  const { before, up } = await started(t, name);
  up.child.stdin!.end();
  assert.equal(await up.over, 0);
  await assertClean(name, before);
});

test('SIGKILL of the supervisor: the host is as before', OPTIONS, async (t) => {
  const name = `host-kill-${process.pid}`;
  const { before, up } = await started(t, name);
  await killed(up);
  await assertClean(name, before);
});

test('SIGKILL of what holds the namespaces: the supervisor says so and clears up', OPTIONS, async (t) => {
  const name = `host-init-${process.pid}`;
  const { before, up, ready } = await started(t, name);
  const nodeProcesses = Object.values(ready.pids).map((pid) => identify(pid)!);
  signal(await namespacesOf(name), 'SIGKILL');
  assert.equal(await up.over, 3);
  assert.equal((await up.event('error')).error.code, 'could-not-run');
  assert.deepEqual(nodeProcesses.filter(isAlive), []);
  await assertClean(name, before);
});

test('a kubelet that is killed comes back, and its pid is told', OPTIONS, async (t) => {
  const name = `host-again-${process.pid}`;
  const { before, up, ready } = await started(t, name);
  const kubelet = identify(ready.pids['kubelet/node-1']!)!;
  signal(kubelet, 'SIGKILL');
  const again = await up.event('restarted', ({ what }) => what === 'kubelet/node-1');
  assert.equal(again.because, 'signal SIGKILL');
  assert.ok(again.pid !== kubelet.pid && identify(again.pid));
  up.child.stdin!.end();
  assert.equal(await up.over, 0);
  await assertClean(name, before);
});
