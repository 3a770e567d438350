import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { testCluster } from './support/cluster.ts';
import { condition, eventually, type Json, type Space, statusOf } from './support/space.ts';

const cluster = testCluster();
const AT = '$FAULTFLIX_ROOT';
const volumes = [{ name: 'e', emptyDir: {} }];
const volumeMounts = [{ name: 'e', mountPath: '/e' }];
const labels = { app: 'x' };
const SLICES = '/apis/discovery.k8s.io/v1';
/** Ends only when the file is there, so that a test decides how long a pod is terminating. */
const untilTold = `trap 'while [ ! -e ${AT}/e/go ]; do sleep 0.1; done; exit 0' TERM; echo up; while :; do sleep 0.1; done`;
const exec = (script: string) => ({ exec: { command: ['sh', '-c', script] }, periodSeconds: 1 });

async function service(space: Space, more: object = {}): Promise<void> {
  const spec = { clusterIP: 'None', selector: labels, ports: [{ name: 'web', port: 8080 }], ...more };
  await space.post('/api/v1', 'services', { metadata: { name: 's' }, spec });
}

/** The endpoint of the service as soon as it fits (`undefined`: there is none). */
const endpoint = (space: Space, what: string, fits: (endpoint: Json | undefined) => unknown): Promise<Json> =>
  eventually(what, async () => {
    const path = space.path('endpointslices', SLICES);
    const { items } = await space.cluster.http.json<Json>({
      path,
      query: { labelSelector: 'kubernetes.io/service-name=s' },
    });
    const all = items.flatMap((slice: Json) => slice.endpoints ?? []);
    if (!fits(all[0])) throw new Error(JSON.stringify(all));
    return all[0];
  });
const flags = ({ conditions: { ready, serving, terminating } }: Json) => ({ ready, serving, terminating });

describe('endpoints of a service', { concurrency: 4 }, () => {
  it('a ready pod is ready and serving, at its address and on its node', async (t) => {
    const space = await (await cluster).space(t);
    await service(space);
    await space.create({ labels, containers: [space.sh('exec sleep 1000')] });
    const pod = await space.ready('pod');
    const found = await endpoint(space, 'ready', (one) => one?.conditions.ready);
    assert.deepEqual(flags(found), { ready: true, serving: true, terminating: false });
    assert.deepEqual(found.addresses, [pod.status.podIP]);
    assert.equal(found.nodeName, pod.spec.nodeName);
    assert.equal(found.targetRef.uid, pod.metadata.uid);
  });

  it('a pod that is ready while it ends is serving and terminating, and no longer ready; then it is gone', async (t) => {
    const space = await (await cluster).space(t);
    await service(space);
    await space.create({
      labels,
      terminationGracePeriodSeconds: 80,
      containers: [
        space.sh(untilTold, { volumeMounts, lifecycle: { preStop: { exec: exec(`sleep 2; touch ${AT}/e/go`).exec } } }),
      ],
      volumes,
    });
    await space.logUntil('pod', /up/);
    await endpoint(space, 'ready', (one) => one?.conditions.ready);
    await space.delete('pod');
    const ending = await endpoint(space, 'terminating', (one) => one?.conditions.terminating);
    assert.deepEqual(flags(ending), { ready: false, serving: true, terminating: true });
    await space.gone('pod');
    await endpoint(space, 'gone', (one) => one === undefined);
  });

  it('a pod whose readiness fails while it ends no longer serves', async (t) => {
    const space = await (await cluster).space(t);
    await service(space);
    const script = `trap 'rm ${AT}/e/well; sleep 60' TERM; touch ${AT}/e/well; echo up; while :; do sleep 0.1; done`;
    const readinessProbe = { ...exec(`[ -e ${AT}/e/well ]`), failureThreshold: 1 };
    await space.create({
      labels,
      terminationGracePeriodSeconds: 60,
      containers: [space.sh(script, { volumeMounts, readinessProbe })],
      volumes,
    });
    await space.ready('pod');
    await endpoint(space, 'ready', (one) => one?.conditions.ready);
    await space.delete('pod');
    const unready = await space.until('pod', 'unready', (pod) => condition(pod, 'Ready')?.status === 'False');
    assert.ok(unready.metadata.deletionTimestamp);
    assert.ok(statusOf(unready).state.running);
    const ending = await endpoint(space, 'not serving', (one) => one?.conditions.serving === false);
    assert.deepEqual(flags(ending), { ready: false, serving: false, terminating: true });
    await space.delete('pod', { gracePeriodSeconds: 1 });
    await space.gone('pod');
  });

  it('a pod that is not ready is neither ready nor serving, unless the service publishes it all the same', async (t) => {
    const [quiet, loud] = await Promise.all([(await cluster).space(t), (await cluster).space(t)]);
    for (const space of [quiet, loud]) {
      await service(space, space === loud ? { publishNotReadyAddresses: true } : {});
      const readinessProbe = exec('exit 1');
      await space.create({ labels, containers: [space.sh('exec sleep 1000', { readinessProbe })] });
      await space.running('pod');
    }
    const hidden = await endpoint(quiet, 'there', (one) => one !== undefined);
    assert.deepEqual(flags(hidden), { ready: false, serving: false, terminating: false });
    const shown = await endpoint(loud, 'there', (one) => one?.conditions.ready);
    assert.equal(shown.conditions.terminating, false);
  });

  it('a pod that has ended is no endpoint', async (t) => {
    const space = await (await cluster).space(t);
    await service(space);
    await space.create({ name: 'over', labels, containers: [space.sh('exit 0')] });
    await space.ended('over');
    await space.create({ name: 'stays', labels, containers: [space.sh('exec sleep 1000')] });
    await space.ready('stays');
    const found = await endpoint(space, 'ready', (one) => one?.conditions.ready);
    assert.equal(found.targetRef.name, 'stays');
  });
});
