import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { difference, hostState } from '#k8s/containerd/host-state.ts';
import { identify, signal } from '#k8s/local/processes/identity.ts';
import { clusterPlace } from '#k8s/local/supervisor/state-dir.ts';
import { clientOf, startUp } from '#k8s/local/testing/cluster.ts';
import { eventually } from '#k8s/local/testing/scratch.ts';

const FLAGS = ['--nodes', 'containerd', '--node-count', '1'];
const OPTIONS = { timeout: 600_000 };

test('ended at any moment of its start, it leaves nothing', OPTIONS, async (t) => {
  const name = `ends-early-${process.pid}`;
  const before = hostState(name);
  for (const moment of ['images started', 'control-plane started', 'control-plane done', 'nodes started']) {
    const up = startUp(t, name, ...FLAGS);
    await up.event('stage', ({ stage, state }) => `${stage} ${state}` === moment);
    signal(up.id, 'SIGINT');
    assert.equal(await up.over, 0, moment);
    assert.deepEqual(difference(before, hostState(name)), [], moment);
    assert.equal(existsSync(clusterPlace(name).stateDir), false, moment);
  }
});

/** The guardian is the one child of the supervisor that is a shell of this name. */
function guardianOf(supervisor: number): number {
  const found = readdirSync('/proc').find((pid) => {
    if (!/^\d+$/.test(pid) || !identify(Number(pid))) return false;
    const parent = /^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Number(parent) === supervisor && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('faultflix-guardian');
  });
  if (!found) throw new Error('no guardian');
  return Number(found);
}

test('SIGKILL of supervisor and guardian: the next up ends the rest and starts anew', OPTIONS, async (t) => {
  const name = `ends-both-${process.pid}`;
  const before = hostState(name);
  const first = startUp(t, name, ...FLAGS);
  await first.event('ready');
  process.kill(guardianOf(first.id.pid), 'SIGKILL');
  signal(first.id, 'SIGKILL');
  await first.over;
  // Inside, the end of their pipe is the end for all; the next start ends what has not got that far.
  const again = startUp(t, name, ...FLAGS);
  await again.event('ready');
  again.child.stdin!.end();
  assert.equal(await again.over, 0);
  assert.deepEqual(difference(before, hostState(name)), []);
});

test('a second Ctrl-C does not wait for a pod that ignores SIGTERM', OPTIONS, async (t) => {
  const name = `ends-hurry-${process.pid}`;
  const before = hostState(name);
  const up = startUp(t, name, ...FLAGS);
  const api = await clientOf((await up.event('ready')).kubeconfig);
  t.after(() => api.close());
  await api.json({
    method: 'POST',
    path: '/api/v1/namespaces/default/pods',
    body: {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'deaf' },
      spec: {
        terminationGracePeriodSeconds: 3_600,
        containers: [
          {
            name: 'main',
            image: 'faultflix.local/shell:dev',
            imagePullPolicy: 'IfNotPresent',
            command: ['sh', '-c', "trap '' TERM; while true; do sleep 1; done"],
          },
        ],
      },
    },
  });
  const pod = () =>
    api.json<{ metadata: { deletionTimestamp?: string }; status: { phase: string } }>({
      path: '/api/v1/namespaces/default/pods/deaf',
    });
  await eventually('it runs', async () => (await pod()).status.phase === 'Running' || undefined);
  signal(up.id, 'SIGINT');
  await eventually(
    'it is being deleted',
    async () => (await pod()).metadata.deletionTimestamp !== undefined || undefined,
  );
  signal(up.id, 'SIGINT');
  assert.equal(await up.over, 0);
  assert.deepEqual(difference(before, hostState(name)), []);
});
