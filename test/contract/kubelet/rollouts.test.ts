import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { testCluster } from './support/cluster.ts';
import { isReady, type Json, type Pod, type Space } from './support/space.ts';
import { APPS, evict, hasCondition, mergePatch, POLICY, selector, statusFits, template } from './support/workloads.ts';

const cluster = testCluster();
const version = (two: string) => ({ spec: { template: { metadata: { labels: { version: two } } } } });
const isOver = ({ status }: Pod) => ['Succeeded', 'Failed'].includes(status.phase);

/** Walks through all that the watch has shown, pod by pod, and calls back with the pods that were there after each change. */
function replay(space: Space, each: (present: readonly Pod[]) => void): void {
  const present = new Map<string, Pod>();
  for (const change of space.changes) {
    if (change.type === 'DELETED') present.delete(change.pod.metadata.uid);
    else present.set(change.pod.metadata.uid, change.pod);
    each([...present.values()]);
  }
}

describe('rollouts', { concurrency: 6 }, () => {
  it('a StatefulSet starts in order under stable names, and scales down from the last', async (t) => {
    const space = await (await cluster).space(t);
    const path = space.path('statefulsets/db', APPS);
    const spec = {
      serviceName: 'db',
      replicas: 3,
      selector,
      template: template(space, 'echo $HOSTNAME; exec sleep 1000'),
    };
    await space.post(APPS, 'statefulsets', { metadata: { name: 'db' }, spec });
    await statusFits(space, path, ({ readyReplicas }) => readyReplicas === 3);
    for (const [name, before] of [
      ['db-1', 'db-0'],
      ['db-2', 'db-1'],
    ] as const) {
      const made = space.history.findIndex((pod) => pod.metadata.name === name);
      const ready = space.history.findIndex((pod) => pod.metadata.name === before && isReady(pod));
      assert.ok(ready < made, `${before} was ready before ${name} was made`);
    }
    assert.equal(await space.log('db-2'), 'db-2\n');
    await mergePatch(space, path, { spec: { replicas: 1 } });
    await Promise.all([space.gone('db-2'), space.gone('db-1')]);
    const gone = space.changes.filter(({ type }) => type === 'DELETED').map(({ pod }) => pod.metadata.name);
    assert.deepEqual(gone, ['db-2', 'db-1']);
  });

  it('a StatefulSet replaces a pod by one of the same name only when the old one is gone', async (t) => {
    const space = await (await cluster).space(t);
    const path = space.path('statefulsets/db', APPS);
    const script = `trap 'sleep 1; exit 0' TERM; echo up; while :; do sleep 0.1; done`;
    const spec = {
      serviceName: 'db',
      replicas: 1,
      selector,
      template: template(space, script, { terminationGracePeriodSeconds: 30 }),
    };
    await space.post(APPS, 'statefulsets', { metadata: { name: 'db' }, spec });
    await space.logUntil('db-0', /up/);
    const first = space.pod('db-0')!;
    await space.delete('db-0');
    await space.until('db-0', 'replaced and ready', (pod) => pod.metadata.uid !== first.metadata.uid && isReady(pod));
    replay(space, (present) => assert.ok(present.length <= 1));
    await statusFits(space, path, ({ readyReplicas }) => readyReplicas === 1);
  });

  it('a StatefulSet rolls to a new version from the last pod to the first', async (t) => {
    const space = await (await cluster).space(t);
    const path = space.path('statefulsets/db', APPS);
    const spec = { serviceName: 'db', replicas: 2, selector, template: template(space, 'exec sleep 1000') };
    await space.post(APPS, 'statefulsets', { metadata: { name: 'db' }, spec });
    await statusFits(space, path, ({ readyReplicas }) => readyReplicas === 2);
    await mergePatch(space, path, version('2'));
    await statusFits(
      space,
      path,
      (s) => s.observedGeneration >= 2 && s.currentRevision === s.updateRevision && s.readyReplicas === 2,
    );
    const gone = space.changes.filter(({ type }) => type === 'DELETED').map(({ pod }) => pod.metadata.name);
    assert.deepEqual(gone, ['db-1', 'db-0']);
  });

  it('a Deployment with strategy Recreate never runs two versions at once', async (t) => {
    const space = await (await cluster).space(t);
    const path = space.path('deployments/d', APPS);
    const script = `trap 'sleep 1; exit 0' TERM; while :; do sleep 0.1; done`;
    const spec = {
      replicas: 2,
      selector,
      strategy: { type: 'Recreate' },
      template: template(space, script, { terminationGracePeriodSeconds: 30 }),
    };
    await space.post(APPS, 'deployments', { metadata: { name: 'd' }, spec });
    await statusFits(space, path, ({ readyReplicas }) => readyReplicas === 2);
    await mergePatch(space, path, version('2'));
    await statusFits(space, path, (s) => s.observedGeneration >= 2 && s.updatedReplicas === 2 && s.readyReplicas === 2);
    replay(space, (present) => {
      const versions = new Set(present.filter((pod) => !isOver(pod)).map((pod) => pod.metadata.labels.version));
      assert.ok(versions.size <= 1, [...versions].join());
    });
  });

  it('a Deployment whose new version never gets ready keeps the old one, and says that it makes no progress', async (t) => {
    const space = await (await cluster).space(t);
    const path = space.path('deployments/d', APPS);
    const spec = {
      replicas: 2,
      selector,
      progressDeadlineSeconds: 5,
      strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      template: template(space, 'exec sleep 1000'),
    };
    await space.post(APPS, 'deployments', { metadata: { name: 'd' }, spec });
    await statusFits(space, path, ({ readyReplicas }) => readyReplicas === 2);
    const bad = template(space, 'exec sleep 1000');
    bad.spec.containers[0].readinessProbe = { exec: { command: ['false'] }, periodSeconds: 1 };
    await mergePatch(space, path, { spec: { template: bad } });
    const { status } = await statusFits(space, path, ({ conditions = [] }) =>
      conditions.some(({ type, status: is }: Json) => type === 'Progressing' && is === 'False'),
    );
    const progress = status.conditions.find(({ type }: Json) => type === 'Progressing');
    assert.equal(progress.reason, 'ProgressDeadlineExceeded');
    assert.equal(status.availableReplicas, 2);
    assert.ok(hasCondition('Available')(status));
  });

  it('a PodDisruptionBudget refuses the eviction that it does not allow, and allows it again later', async (t) => {
    const space = await (await cluster).space(t);
    const path = space.path('deployments/d', APPS);
    const budget = space.path('poddisruptionbudgets/b', POLICY);
    const spec = { replicas: 2, selector, template: template(space, 'exec sleep 1000') };
    await space.post(APPS, 'deployments', { metadata: { name: 'd' }, spec });
    await space.post(POLICY, 'poddisruptionbudgets', { metadata: { name: 'b' }, spec: { minAvailable: 2, selector } });
    await statusFits(space, path, ({ readyReplicas }) => readyReplicas === 2);
    await statusFits(space, budget, (s) => s.currentHealthy === 2 && s.expectedPods === 2);
    const [one] = (await space.get('pods')).items;
    assert.equal(await evict(space, one.metadata.name), 429);
    assert.ok(!(await space.get(`pods/${one.metadata.name}`)).metadata.deletionTimestamp);
    await mergePatch(space, path, { spec: { replicas: 3 } });
    await statusFits(space, budget, ({ disruptionsAllowed }) => disruptionsAllowed === 1);
    assert.equal(await evict(space, one.metadata.name), 201);
    await space.gone(one.metadata.name);
    await statusFits(space, path, ({ readyReplicas }) => readyReplicas === 3);
  });
});
