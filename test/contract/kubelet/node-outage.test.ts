import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { testCluster, unless } from './support/cluster.ts';
import { quiet, silence } from './support/silence.ts';
import { condition, eventually, isReady, type Json, Space, statusOf } from './support/space.ts';
import { APPS, evict, hasCondition, mergePatch, selector, statusFits, template } from './support/workloads.ts';

const cluster = testCluster();
const HOSTNAME = 'kubernetes.io/hostname';
const UNREACHABLE = 'node.kubernetes.io/unreachable';
const NOT_STOPPABLE = 'needs the kubelet of a node of this machine to be stopped, and this cluster has none';
const ONE_NODE = 'needs two nodes: with one, Kubernetes takes its own controllers for cut off and evicts nothing';
const SLEEP = 'exec sleep 1000';

describe('a DaemonSet', { concurrency: 1 }, () => {
  const rolling = { updateStrategy: { rollingUpdate: { maxUnavailable: 1 } } };
  const set = async (space: Space, strategy: object): Promise<string> => {
    const spec = { selector, template: template(space, SLEEP), ...strategy };
    await space.post(APPS, 'daemonsets', { metadata: { name: 'd' }, spec });
    const path = space.path('daemonsets/d', APPS);
    await statusFits(space, path, (s) => s.desiredNumberScheduled > 0 && s.numberReady === s.desiredNumberScheduled);
    return path;
  };

  it('has one ready pod on each node that it may use', async (t) => {
    const space = await (await cluster).space(t);
    const path = await set(space, rolling);
    const { status } = await space.cluster.http.json<Json>({ path });
    const { items } = await space.get('pods');
    assert.equal(new Set(items.map((pod: Json) => pod.spec.nodeName)).size, status.desiredNumberScheduled);
  });

  it('rolls to a new version one node at a time', async (t) => {
    const space = await (await cluster).space(t);
    const path = await set(space, rolling);
    const from = space.changes.length;
    const bound = space.changes.filter(({ pod }) => pod.spec.nodeName);
    const nodes = new Map(bound.map(({ pod }) => [pod.spec.nodeName, pod.metadata.uid]));
    await mergePatch(space, path, { spec: { template: { metadata: { labels: { version: '2' } } } } });
    await statusFits(
      space,
      path,
      (s) =>
        s.observedGeneration >= 2 &&
        s.updatedNumberScheduled === s.desiredNumberScheduled &&
        s.numberReady === s.desiredNumberScheduled,
    );
    // A node is without its pod from the moment that the old one is told to end until the new one is ready.
    const without = new Set<string>();
    for (const { pod } of space.changes.slice(from)) {
      const { nodeName } = pod.spec;
      if (pod.metadata.labels.version === '2') {
        if (isReady(pod) && nodeName) without.delete(nodeName);
      } else if (pod.metadata.deletionTimestamp && nodes.get(nodeName) === pod.metadata.uid) {
        nodes.delete(nodeName);
        without.add(nodeName);
        assert.ok(without.size <= 1, [...without].join());
      }
    }
    assert.equal(nodes.size, 0);
  });

  it('with OnDelete keeps its pods until somebody deletes them', async (t) => {
    const space = await (await cluster).space(t);
    const path = await set(space, { updateStrategy: { type: 'OnDelete' } });
    await mergePatch(space, path, { spec: { template: { metadata: { labels: { version: '2' } } } } });
    await statusFits(space, path, (s) => s.observedGeneration >= 2 && s.updatedNumberScheduled !== s.numberReady);
    const { items } = await space.get('pods');
    assert.ok(items.every((pod: Json) => !pod.metadata.deletionTimestamp && !pod.metadata.labels.version));
    const { name } = items[0].metadata;
    await space.delete(name);
    await space.gone(name);
    await statusFits(space, path, (s) => s.numberReady === s.desiredNumberScheduled && s.updatedNumberScheduled === 1);
    const now = (await space.get('pods')).items;
    assert.equal(now.filter((pod: Json) => pod.metadata.labels.version === '2').length, 1);
  });
});

describe('a node that is drained', { concurrency: 1 }, () => {
  it('a cordoned node gets no new pods; drained, its pods come up elsewhere, as its budgets allow', async (t) => {
    const own = await cluster;
    if (unless(t, own.can.chooseNode, 'needs two nodes: pods of a drained node must have somewhere to go')) return;
    const space = await own.space(t);
    const path = space.path('deployments/d', APPS);
    const spread = [
      { maxSkew: 1, topologyKey: HOSTNAME, whenUnsatisfiable: 'ScheduleAnyway', labelSelector: selector },
    ];
    const spec = { replicas: 2, selector, template: template(space, SLEEP, { topologySpreadConstraints: spread }) };
    await space.post(APPS, 'deployments', { metadata: { name: 'd' }, spec });
    await space.post('/apis/policy/v1', 'poddisruptionbudgets', {
      metadata: { name: 'b' },
      spec: { maxUnavailable: 1, selector },
    });
    await statusFits(space, path, ({ readyReplicas }) => readyReplicas === 2);
    await statusFits(space, space.path('poddisruptionbudgets/b', '/apis/policy/v1'), (s) => s.disruptionsAllowed === 1);
    const first = (await space.get('pods')).items[0];
    const { nodeName } = first.spec;
    const cordon = (unschedulable: boolean | null) =>
      own.http.json({
        method: 'PATCH',
        path: `/api/v1/nodes/${nodeName}`,
        contentType: 'application/merge-patch+json',
        body: { spec: { unschedulable } },
      });
    t.after(() => cordon(null));
    await cordon(true);
    await eventually('the node has its taint', async () => {
      const { spec: seen } = await own.http.json<Json>({ path: `/api/v1/nodes/${nodeName}` });
      assert.ok(seen.taints.some(({ key }: Json) => key === 'node.kubernetes.io/unschedulable'));
    });
    for (const { metadata, spec: on } of (await space.get('pods')).items) {
      if (on.nodeName !== nodeName) continue;
      await eventually('the eviction is allowed', async () => assert.equal(await evict(space, metadata.name), 201));
      await space.gone(metadata.name);
      assert.equal(condition(space.last(metadata.name), 'DisruptionTarget').reason, 'EvictionByEvictionAPI');
      await statusFits(space, path, ({ readyReplicas }) => readyReplicas === 2);
    }
    const { items } = await space.get('pods');
    assert.ok(items.every((pod: Json) => pod.spec.nodeName !== nodeName));
  });
});

/** One node falls silent for all of these: what Kubernetes does about it takes most of a minute. */
describe('a node whose kubelet falls silent', { concurrency: 1 }, () => {
  const cleanups: (() => unknown)[] = [];
  let space: Space;
  let node = '';
  let reason = '';
  let back: (() => Promise<void>) | undefined;
  const nodeNow = () => space.cluster.http.json<Json>({ path: `/api/v1/nodes/${node}` });
  const endpoints = async (): Promise<Json[]> => {
    const path = space.path('endpointslices', '/apis/discovery.k8s.io/v1');
    const { items } = await space.cluster.http.json<Json>({ path });
    return items.flatMap((slice: Json) => slice.endpoints ?? []);
  };

  before(async () => {
    const own = await cluster;
    if (!own.can.chooseNode) reason = ONE_NODE;
    if (!own.can.stopNode) reason = NOT_STOPPABLE;
    if (reason) return;
    space = await Space.open(own, { after: (done: () => unknown) => cleanups.push(done) } as never);
    node = own.nodes.at(-1)!;
    cleanups.push(await quiet(own, node));
    const here = { nodeName: node, terminationGracePeriodSeconds: 1 };
    const soon = (key: string) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 1 });
    const tolerations = [soon(UNREACHABLE), soon('node.kubernetes.io/not-ready')] as never;
    await space.post('/api/v1', 'services', {
      metadata: { name: 's' },
      spec: { clusterIP: 'None', selector: { app: 'stays' }, ports: [{ port: 80 }] },
    });
    const stays = [{ operator: 'Exists' }] as never;
    await space.create({
      name: 'stays',
      ...here,
      labels: { app: 'stays' },
      tolerations: stays,
      containers: [space.sh(SLEEP)],
    });
    await space.create({ name: 'leaves', ...here, tolerations, containers: [space.sh(SLEEP)] });
    await Promise.all([space.ready('stays'), space.ready('leaves')]);
    const prefer = {
      weight: 100,
      preference: { matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] },
    };
    const affinity = { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [prefer] } };
    const more = {
      affinity,
      tolerations: [...(tolerations as Json[]), { key: 'node.kubernetes.io/unschedulable', operator: 'Exists' }],
    };
    const spec = { replicas: 1, selector, template: template(space, SLEEP, more) };
    await space.post(APPS, 'deployments', { metadata: { name: 'd' }, spec });
    await statusFits(space, space.path('deployments/d', APPS), ({ readyReplicas }) => readyReplicas === 1);
    back = await silence(own, node);
    cleanups.push(() => back?.());
  });
  after(async () => {
    for (const cleanup of cleanups.reverse()) await cleanup();
  });

  it('is no longer Ready when its lease has run out, and gets the taints that drive pods away', async (t) => {
    if (unless(t, !reason, reason)) return;
    const silent = await eventually('the node is unknown', async () => {
      const seen = await nodeNow();
      assert.equal(condition(seen, 'Ready').status, 'Unknown');
      return seen;
    });
    assert.equal(condition(silent, 'Ready').reason, 'NodeStatusUnknown');
    const tainted = await eventually('the node has its taints', async () => {
      const seen = await nodeNow();
      const effects = seen.spec.taints.filter(({ key }: Json) => key === UNREACHABLE).map(({ effect }: Json) => effect);
      assert.deepEqual(effects.sort(), ['NoExecute', 'NoSchedule']);
      return seen;
    });
    assert.ok(hasCondition('PodScheduled')(space.pod('stays')!.status), JSON.stringify(tainted.spec));
  });

  it('its pods are not ready any more, and no endpoints', async (t) => {
    if (unless(t, !reason, reason)) return;
    const pod = await space.until('stays', 'not ready', (seen) => condition(seen, 'Ready')?.status === 'False');
    assert.ok(statusOf(pod).state.running, 'nobody can say that it has ended');
    await eventually('the endpoint is not ready', async () => {
      const [one] = await endpoints();
      assert.deepEqual([one.conditions.ready, one.conditions.serving], [false, false]);
    });
  });

  it('a pod whose toleration runs out is told to end, and stays because nobody ends it', async (t) => {
    if (unless(t, !reason, reason)) return;
    const pod = await space.until('leaves', 'told to end', (seen) => seen.metadata.deletionTimestamp);
    assert.equal(condition(pod, 'DisruptionTarget').reason, 'DeletionByTaintManager');
    assert.equal(pod.status.phase, 'Running');
  });

  it('a Deployment has another pod elsewhere', async (t) => {
    if (unless(t, !reason, reason)) return;
    await statusFits(space, space.path('deployments/d', APPS), ({ readyReplicas }) => readyReplicas === 1);
    const { items } = await space.get('pods', { labelSelector: 'app=x' });
    const [ready] = items.filter(isReady);
    assert.notEqual(ready.spec.nodeName, node);
    assert.equal(
      items.filter((pod: Json) => pod.spec.nodeName === node).every((pod: Json) => pod.metadata.deletionTimestamp),
      true,
    );
  });

  it('heard again it is Ready without its taints; what was to end ends, and what stayed is ready as it was', async (t) => {
    if (unless(t, !reason, reason)) return;
    await back!();
    await eventually('the node is Ready', async () => {
      const { spec, status } = await nodeNow();
      assert.equal(condition({ status } as never, 'Ready').status, 'True');
      assert.ok(!(spec.taints ?? []).some(({ key }: Json) => key === UNREACHABLE));
    });
    await space.gone('leaves');
    const pod = await space.ready('stays');
    assert.equal(statusOf(pod).restartCount, 0);
    await eventually('the endpoint is ready', async () => assert.equal((await endpoints())[0]!.conditions.ready, true));
  });
});
