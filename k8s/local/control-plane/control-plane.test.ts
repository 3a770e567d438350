import assert from 'node:assert/strict';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type KubeHttp, KubeStatusError } from '#base/kube/http.ts';
import { signal } from '../processes/identity.ts';
import { clientOf, footprint, LOOPBACK, launch, listenersOf, portsOf, type UpProcess } from '../testing/cluster.ts';
import { eventually } from '../testing/scratch.ts';

const name = `plane-${process.pid}`;

describe('a control plane of real processes', { timeout: 300_000 }, () => {
  let up: UpProcess;
  let admin: KubeHttp;
  let kubelet: KubeHttp;
  let stateDir: string;
  let atFirst: Awaited<ReturnType<typeof footprint>>;

  before(async () => {
    up = launch(name, '--no-kubelet');
    const ready = await up.event('ready');
    stateDir = ready.stateDir;
    admin = await clientOf(ready.kubeconfig);
    kubelet = await clientOf(join(stateDir, 'kubeconfigs', 'kubelet'));
    atFirst = await footprint(name, await portsOf(Object.values(ready.pids)));
  });
  after(() => {
    admin?.close();
    kubelet?.close();
    return up?.end();
  });

  const readyz = async () => {
    const response = await admin.open({ path: '/readyz' });
    response.resume();
    return response.statusCode;
  };
  /** The API again after one of its parts was killed; answers fail meanwhile. */
  const apiBack = () =>
    eventually('the API is back', async () => ((await readyz().catch(() => 0)) === 200 ? true : undefined));

  const put = (key: string) =>
    admin.json({
      method: 'POST',
      path: '/api/v1/namespaces/default/configmaps',
      body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: key }, data: { key } },
    });
  const get = (key: string) => admin.json<{ data: unknown }>({ path: `/api/v1/namespaces/default/configmaps/${key}` });

  test('is ready, with its controllers at work', async () => {
    assert.equal(await readyz(), 200);
    await admin.json({ path: '/api/v1/namespaces/default/serviceaccounts/default' });
    const stages = up.events.filter((event) => event.type === 'stage').map((event) => `${event.stage} ${event.state}`);
    assert.deepEqual(stages, ['tools started', 'tools done', 'control-plane started', 'control-plane done']);
  });

  test('listens on loopback alone, and its files are for its user alone', async () => {
    const { pids } = await up.event('ready');
    const listeners = await listenersOf(Object.values(pids));
    assert.equal(listeners.length, 5); // etcd has two
    assert.deepEqual(new Set(listeners.map(({ address }) => address)), new Set([LOOPBACK]));
    for (const file of ['kubeconfig', 'kubeconfigs/kubelet', 'pki/ca.key', 'logs/etcd.log']) {
      assert.equal(statSync(join(stateDir, file)).mode & 0o077, 0, file);
    }
    assert.equal(statSync(stateDir).mode & 0o077, 0);
  });

  test('schedules', async () => {
    await kubelet.json({
      method: 'POST',
      path: '/api/v1/nodes',
      body: { apiVersion: 'v1', kind: 'Node', metadata: { name: 'paper' } },
    });
    await admin.json({
      method: 'PATCH',
      path: '/api/v1/nodes/paper/status',
      contentType: 'application/merge-patch+json',
      body: {
        status: {
          capacity: { cpu: '1', memory: '1Gi', pods: '10' },
          allocatable: { cpu: '1', memory: '1Gi', pods: '10' },
          conditions: [{ type: 'Ready', status: 'True', reason: 'Test', message: '', lastHeartbeatTime: new Date() }],
        },
      },
    });
    await admin.json({
      method: 'POST',
      path: '/api/v1/namespaces/default/pods',
      body: {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'p' },
        spec: { containers: [{ name: 'c', image: 'x' }], tolerations: [{ operator: 'Exists' }] },
      },
    });
    const node = await eventually('the pod has a node', async () => {
      const pod = await admin.json<{ spec: { nodeName?: string } }>({ path: '/api/v1/namespaces/default/pods/p' });
      return pod.spec.nodeName;
    });
    assert.equal(node, 'paper');
  });

  test("the kubelet's user may do a kubelet's work and not more", async () => {
    await kubelet.json({ path: '/api/v1/nodes' });
    await kubelet.json({ path: '/api/v1/secrets' });
    await assert.rejects(
      kubelet.json({ method: 'DELETE', path: '/api/v1/namespaces/default/configmaps/kube-root-ca.crt' }),
      (error) => error instanceof KubeStatusError && error.status === 403,
    );
  });

  for (const part of ['kube-apiserver', 'etcd'] as const) {
    test(`SIGKILL of ${part}: started again on the same port, the data intact`, async () => {
      await put(`before-${part}`);
      const ready = await up.event('ready');
      const { processes } = await footprint(name, []);
      assert.ok(signal(processes[part]!, 'SIGKILL'));
      const restarted = await up.event('restarted', ({ what }) => what === part);
      assert.equal(restarted.because, 'signal SIGKILL');
      assert.notEqual(restarted.pid, ready.pids[part]);
      await apiBack();
      assert.deepEqual((await get(`before-${part}`)).data, { key: `before-${part}` });
      await put(`after-${part}`);
    });
  }

  test('SIGKILL of the controllers: others take over their work', async () => {
    const { processes } = await footprint(name, []);
    signal(processes['kube-controller-manager']!, 'SIGKILL');
    await up.event('restarted', ({ what }) => what === 'kube-controller-manager');
    await admin.json({ method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name: 'later' } } });
    await eventually('the new namespace has its account', () =>
      admin.json({ path: '/api/v1/namespaces/later/serviceaccounts/default' }).catch((error: KubeStatusError) => {
        if (error.status !== 404) throw error;
        return undefined;
      }),
    );
  });

  test('the end of stdin ends it, and nothing is left', async () => {
    const now = await footprint(name, []);
    up.child.stdin!.end();
    assert.equal(await up.over, 0);
    assert.equal(up.events.at(-1)!.type, 'down');
    assert.deepEqual(await atFirst.left(), { processes: [], ports: [] });
    assert.deepEqual(await now.left(), { processes: [], ports: [] });
    assert.equal(existsSync(stateDir), false);
  });
});
