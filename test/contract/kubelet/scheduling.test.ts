import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it, type TestContext } from 'node:test';
import { parseQuantity } from '#k8s/local/kubelet/env/quantity.ts';
import { type Cluster, testCluster } from './support/cluster.ts';
import { condition, eventually, type Json, OWN_TAINT, type Space, statusOf } from './support/space.ts';

const cluster = testCluster();
const SLEEP = 'exec sleep 1000';
const HOSTNAME = 'kubernetes.io/hostname';

/** A node of the cluster with its name as its hostname label: the first one, since another file stops the last. */
async function node(own: Cluster): Promise<Json> {
  return own.http.json<Json>({ path: `/api/v1/nodes/${own.nodes[0]}` });
}

const onNode = (found: Json) => ({ nodeSelector: { [HOSTNAME]: found.metadata.labels[HOSTNAME] } });

/** A request for this share of all that a node has to give, in thousandths of a core. */
const cpu = (found: Json, share: number) =>
  `${Math.floor(parseQuantity(found.status.allocatable.cpu) * share * 1000)}m`;

async function priorityClass(space: Space, t: Pick<TestContext, 'after'>, value: number): Promise<string> {
  const name = `${space.name}-${value}`;
  const path = '/apis/scheduling.k8s.io/v1/priorityclasses';
  await space.cluster.http.json({ method: 'POST', path, body: { metadata: { name }, value } });
  t.after(() => space.cluster.http.json({ method: 'DELETE', path: `${path}/${name}` }));
  return name;
}

/** Puts a taint with the suite's own key on a node until the case is over. */
async function taint(own: Cluster, t: Pick<TestContext, 'after'>, name: string, effect: string): Promise<void> {
  const path = `/api/v1/nodes/${name}`;
  const value = randomBytes(3).toString('hex');
  const set = (change: (taints: Json[]) => Json[]) =>
    eventually('the taint is changed', async () => {
      const { metadata, spec } = await own.http.json<Json>({ path });
      const body = {
        metadata: { resourceVersion: metadata.resourceVersion },
        spec: { taints: change(spec.taints ?? []) },
      };
      await own.http.json({ method: 'PATCH', path, contentType: 'application/merge-patch+json', body });
    });
  t.after(() => set((taints) => taints.filter((one) => one.value !== value)));
  await set((taints) => [...taints, { key: OWN_TAINT.key, value, effect }]);
}

describe('where pods may run', { concurrency: 1 }, () => {
  it('a pod that fits nowhere is Pending and says why', async (t) => {
    const space = await (await cluster).space(t);
    const resources = { requests: { cpu: '1000' } };
    await space.create({ name: 'big', containers: [space.sh(SLEEP, { resources })] });
    await space.create({ name: 'picky', nodeSelector: { 'example.com/none': 'x' }, containers: [space.sh(SLEEP)] });
    const unschedulable = (name: string) =>
      space.until(name, 'unschedulable', (pod) => condition(pod, 'PodScheduled')?.status === 'False');
    const [big, picky] = await Promise.all([unschedulable('big'), unschedulable('picky')]);
    assert.equal(condition(big, 'PodScheduled').reason, 'Unschedulable');
    assert.match(condition(big, 'PodScheduled').message, /Insufficient cpu/);
    assert.match(condition(picky, 'PodScheduled').message, /node affinity\/selector|node selector/);
    assert.deepEqual([big.status.phase, big.spec.nodeName], ['Pending', undefined]);
  });

  it('a pod that is bound to a node without room for it is refused: OutOfcpu', async (t) => {
    const own = await cluster;
    const space = await own.space(t);
    const resources = { requests: { cpu: '1000' } };
    await space.create({
      nodeName: own.nodes[0]!,
      restartPolicy: 'Always',
      containers: [space.sh(SLEEP, { resources })],
    });
    const pod = await space.ended('pod');
    assert.deepEqual([pod.status.phase, pod.status.reason], ['Failed', 'OutOfcpu']);
    assert.match(pod.status.message, /^Pod was rejected: Node didn't have enough resource: cpu, requested: 1000000/);
  });

  it('a pod that is bound to a node that its selector excludes is refused: NodeAffinity', async (t) => {
    const own = await cluster;
    const space = await own.space(t);
    const nodeSelector = { 'example.com/none': 'x' };
    await space.create({
      nodeName: own.nodes[0]!,
      restartPolicy: 'Always',
      nodeSelector,
      containers: [space.sh(SLEEP)],
    });
    const pod = await space.ended('pod');
    assert.deepEqual([pod.status.phase, pod.status.reason], ['Failed', 'NodeAffinity']);
    assert.match(pod.status.message, /^Pod was rejected: Predicate NodeAffinity failed/);
  });

  it('a pod of higher priority takes the place of a lower one, which ends in its grace', async (t) => {
    const own = await cluster;
    const space = await own.space(t);
    const found = await node(own);
    const [low, high] = await Promise.all([priorityClass(space, t, 1_000), priorityClass(space, t, 2_000)]);
    const resources = { requests: { cpu: cpu(found, 0.55) } };
    const script = `trap 'sleep 1; exit 3' TERM; echo up; while :; do sleep 0.1; done`;
    await space.create({
      name: 'low',
      priorityClassName: low,
      terminationGracePeriodSeconds: 60,
      ...onNode(found),
      containers: [space.sh(script, { resources })],
    });
    await space.logUntil('low', /up/);
    await space.create({
      name: 'high',
      priorityClassName: high,
      ...onNode(found),
      containers: [space.sh(SLEEP, { resources })],
    });
    await space.gone('low');
    const victim = space.last('low');
    assert.equal(statusOf(victim).state.terminated.exitCode, 3);
    assert.deepEqual(
      [condition(victim, 'DisruptionTarget').status, condition(victim, 'DisruptionTarget').reason],
      ['True', 'PreemptionByScheduler'],
    );
    const nominated = space.history.find((pod) => pod.metadata.name === 'high' && pod.status.nominatedNodeName);
    assert.equal(nominated?.status.nominatedNodeName, found.metadata.name);
    const pod = await space.running('high');
    assert.equal(pod.spec.nodeName, found.metadata.name);
    assert.equal(pod.spec.priority, 2_000);
  });

  it('a NoExecute taint evicts pods that do not tolerate it, in its time those that do for a while, others never', async (t) => {
    const own = await cluster;
    const space = await own.space(t);
    const found = await node(own);
    const script = `trap 'exit 0' TERM; echo up; while :; do sleep 0.1; done`;
    const pod = (name: string, tolerations: object[]) =>
      space.create({
        name,
        tolerations: tolerations as never,
        terminationGracePeriodSeconds: 30,
        ...onNode(found),
        containers: [space.sh(script)],
      });
    await pod('none', []);
    await pod('while', [{ ...OWN_TAINT, effect: 'NoExecute', tolerationSeconds: 4 }]);
    await pod('always', [{ ...OWN_TAINT, effect: 'NoExecute' }]);
    await Promise.all(['none', 'while', 'always'].map((name) => space.logUntil(name, /up/)));
    await taint(own, t, found.metadata.name, 'NoExecute');
    await Promise.all([space.gone('none'), space.gone('while')]);
    const deletedAt = (name: string) =>
      space.changes.findIndex(({ pod: { metadata } }) => metadata.name === name && metadata.deletionTimestamp);
    assert.ok(deletedAt('none') < deletedAt('while'));
    assert.equal(condition(space.last('none'), 'DisruptionTarget').reason, 'DeletionByTaintManager');
    assert.ok(statusOf(space.pod('always')!).state.running);
    assert.ok(!space.pod('always')!.metadata.deletionTimestamp);
  });
});
