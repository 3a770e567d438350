import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { testCluster } from './support/cluster.ts';
import { isReady, type Json } from './support/space.ts';
import { APPS, BATCH, statusFits, template } from './support/workloads.ts';

const cluster = testCluster();
describe('workloads', { concurrency: 4 }, () => {
  it('a Job completes when its pods have', async (t) => {
    const space = await (await cluster).space(t);
    const spec = { completions: 3, parallelism: 2, template: template(space, 'echo done', { restartPolicy: 'Never' }) };
    await space.post(BATCH, 'jobs', { metadata: { name: 'j' }, spec });
    const job = await statusFits(space, space.path('jobs/j', BATCH), ({ succeeded }) => succeeded === 3);
    await statusFits(space, space.path('jobs/j', BATCH), ({ conditions = [] }) =>
      conditions.some(({ type, status }: Json) => type === 'Complete' && status === 'True'),
    );
    assert.ok(!job.status.failed);
  });

  it('a Job fails when its pod does, and counts retries up to its limit', async (t) => {
    const space = await (await cluster).space(t);
    const spec = { backoffLimit: 0, template: template(space, 'exit 1', { restartPolicy: 'Never' }) };
    await space.post(BATCH, 'jobs', { metadata: { name: 'j' }, spec });
    const job = await statusFits(space, space.path('jobs/j', BATCH), ({ conditions = [] }) =>
      conditions.some(({ type }: Json) => type === 'Failed'),
    );
    assert.equal(job.status.failed, 1);
    assert.match(JSON.stringify(job.status.conditions), /BackoffLimitExceeded/);
  });

  it('a Deployment rolls to a new version and none of its ready pods fails meanwhile', async (t) => {
    const space = await (await cluster).space(t);
    const spec = {
      replicas: 2,
      selector: { matchLabels: { app: 'x' } },
      strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      template: template(space, 'exec sleep 1000'),
    };
    const path = space.path('deployments/d', APPS);
    await space.post(APPS, 'deployments', { metadata: { name: 'd' }, spec });
    await statusFits(space, path, ({ readyReplicas }) => readyReplicas === 2);
    const contentType = 'application/merge-patch+json';
    const body = { spec: { template: { metadata: { labels: { version: '2' } } } } };
    await space.cluster.http.json({ method: 'PATCH', path, contentType, body });
    await statusFits(
      space,
      path,
      (s) => s.observedGeneration >= 2 && s.updatedReplicas === 2 && s.replicas === 2 && s.readyReplicas === 2,
    );
    const { items } = await space.get('pods', { labelSelector: 'version=2' });
    assert.equal(items.filter(isReady).length, 2);
  });

  it('a pod that is killed from outside its Deployment is replaced', async (t) => {
    const space = await (await cluster).space(t);
    const spec = { replicas: 1, selector: { matchLabels: { app: 'x' } }, template: template(space, 'exec sleep 1000') };
    const path = space.path('deployments/d', APPS);
    await space.post(APPS, 'deployments', { metadata: { name: 'd' }, spec });
    await statusFits(space, path, ({ readyReplicas }) => readyReplicas === 1);
    const first = space.history.find(isReady)!;
    await space.delete(first.metadata.name, { gracePeriodSeconds: 0 });
    await space.gone(first.metadata.name);
    await statusFits(space, path, ({ readyReplicas }) => readyReplicas === 1);
    const { items } = await space.get('pods');
    assert.ok(items.every((pod: Json) => pod.metadata.uid !== first.metadata.uid));
  });

  it('the eviction API ends a pod with its grace', async (t) => {
    const space = await (await cluster).space(t);
    await space.create({
      containers: [space.sh(`trap 'exit 5' TERM; echo up; while :; do sleep 0.1; done`)],
      terminationGracePeriodSeconds: 30,
    });
    await space.logUntil('pod', /up/);
    await space.post('/api/v1', 'pods/pod/eviction', {
      apiVersion: 'policy/v1',
      kind: 'Eviction',
      metadata: { name: 'pod' },
    });
    await space.gone('pod');
    assert.equal(space.last('pod').status.containerStatuses[0].state.terminated?.exitCode, 5);
  });
});
