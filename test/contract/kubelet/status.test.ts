import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { testCluster } from './support/cluster.ts';
import { HELD, letGo } from './support/held.ts';
import { condition, type Json, statusOf } from './support/space.ts';

const cluster = testCluster();
const AT = '$FAULTFLIX_ROOT';
const TYPES = ['PodScheduled', 'PodReadyToStartContainers', 'Initialized', 'ContainersReady', 'Ready'];

describe('pod status', { concurrency: 6 }, () => {
  it('goes Pending, Running, Succeeded; its conditions turn with it and keep their times while they do not', async (t) => {
    const space = await (await cluster).space(t);
    await space.create({ initContainers: [space.sh('sleep 1', { name: 'i' })], containers: [space.sh(HELD)] });
    const running = await space.ready('pod');
    await letGo(space, 'pod');
    const pod = await space.ended('pod');
    const phases = space.history.map(({ status }) => status.phase);
    assert.deepEqual([...new Set(phases)], ['Pending', 'Running', 'Succeeded']);
    for (const type of TYPES) {
      const seen = space.history.map((state) => condition(state, type)).filter(Boolean);
      for (const [index, now] of seen.entries()) {
        const before = seen[index - 1];
        if (before?.status === now.status) assert.equal(now.lastTransitionTime, before.lastTransitionTime, type);
      }
    }
    const statuses = (type: string) => [
      ...new Set(space.history.map((state) => condition(state, type)?.status).filter(Boolean)),
    ];
    assert.deepEqual(statuses('Initialized'), ['False', 'True']);
    assert.deepEqual(statuses('PodScheduled'), ['True']);
    assert.deepEqual([condition(pod, 'Ready').status, condition(pod, 'Ready').reason], ['False', 'PodCompleted']);
    assert.deepEqual(
      [condition(pod, 'Initialized').status, condition(pod, 'Initialized').reason],
      ['True', 'PodCompleted'],
    );
    assert.deepEqual(
      [condition(running, 'Ready').status, condition(running, 'ContainersReady').status],
      ['True', 'True'],
    );
    assert.ok(Date.parse(condition(running, 'Initialized').lastTransitionTime) > Date.parse(running.status.startTime));
  });

  it('gives each pod an address of its own, which is the same for its whole life, and that of its node', async (t) => {
    const space = await (await cluster).space(t);
    const names = ['a', 'b', 'c', 'd', 'e'];
    for (const name of names) await space.create({ name, containers: [space.sh('sleep 1')] });
    const pods = await Promise.all(names.map((name) => space.ended(name)));
    assert.equal(new Set(pods.map(({ status }) => status.podIP)).size, names.length);
    for (const { metadata, status, spec } of pods) {
      assert.deepEqual(status.podIPs, [{ ip: status.podIP }]);
      const seen = space.history.filter((state) => state.metadata.name === metadata.name && state.status.podIP);
      assert.equal(new Set(seen.map((state) => state.status.podIP)).size, 1);
      const node = await space.cluster.http.json<Json>({ path: `/api/v1/nodes/${spec.nodeName}` });
      const addresses = node.status.addresses
        .filter(({ type }: Json) => type === 'InternalIP')
        .map(({ address }: Json) => address);
      assert.ok(addresses.includes(status.hostIP), `${status.hostIP} is none of ${addresses}`);
    }
  });

  it('ends a pod that outlives its activeDeadlineSeconds', async (t) => {
    const space = await (await cluster).space(t);
    await space.create({
      activeDeadlineSeconds: 2,
      restartPolicy: 'Always',
      containers: [space.sh('exec sleep 1000')],
    });
    const pod = await space.ended('pod');
    assert.deepEqual([pod.status.phase, pod.status.reason], ['Failed', 'DeadlineExceeded']);
    const endedMs = Date.parse(statusOf(pod).state.terminated.finishedAt);
    assert.ok(endedMs - Date.parse(pod.status.startTime) >= 1_000);
    assert.equal(statusOf(pod).restartCount, 0);
  });

  it('evicts a pod that fills its emptyDir over the size limit', async (t) => {
    const space = await (await cluster).space(t);
    const script = `dd if=/dev/zero of=${AT}/e/f bs=1024 count=4096 2>/dev/null; exec sleep 1000`;
    await space.create({
      restartPolicy: 'Always',
      containers: [space.sh(script, { volumeMounts: [{ name: 'e', mountPath: '/e' }] })],
      volumes: [{ name: 'e', emptyDir: { sizeLimit: '1Mi' } }],
    });
    const pod = await space.ended('pod');
    assert.deepEqual([pod.status.phase, pod.status.reason], ['Failed', 'Evicted']);
    assert.match(pod.status.message, /Usage of EmptyDir volume "e" exceeds the limit "1Mi"/);
  });

  it('names the quality of service', async (t) => {
    const space = await (await cluster).space(t);
    const of = async (name: string, resources: object) =>
      (await space.run('true', { name, container: { resources } })).pod.status.qosClass;
    assert.equal(await of('none', {}), 'BestEffort');
    assert.equal(await of('some', { requests: { cpu: '10m' } }), 'Burstable');
    assert.equal(await of('all', { limits: { cpu: '10m', memory: '16Mi' } }), 'Guaranteed');
  });

  it('keeps the two containers of a pod apart: each has a state of its own', async (t) => {
    const space = await (await cluster).space(t);
    await space.create({
      containers: [space.sh('exit 0', { name: 'short' }), space.sh('exec sleep 1000', { name: 'long' })],
    });
    const pod = await space.until(
      'pod',
      'one ended',
      (seen) => statusOf(seen, 'short')?.state.terminated && statusOf(seen, 'long')?.state.running,
    );
    assert.equal(pod.status.phase, 'Running');
    assert.match(condition(pod, 'Ready').message, /containers with unready status: \[short\]/);
  });
});
