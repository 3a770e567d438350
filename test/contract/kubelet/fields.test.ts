import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { testCluster, unless } from './support/cluster.ts';
import { condition, type Json, type Space, statusOf } from './support/space.ts';

const cluster = testCluster();
const SLEEP = 'exec sleep 1000';

describe('fields of the status', { concurrency: 8 }, () => {
  it('names what runs: containerID with its runtime, image and imageID, started', async (t) => {
    const space = await (await cluster).space(t);
    await space.create({ containers: [space.sh(SLEEP)] });
    const pod = await space.ready('pod');
    const { containerID, imageID, image, started, lastState, restartCount } = statusOf(pod);
    const node = await space.cluster.http.json<Json>({ path: `/api/v1/nodes/${pod.spec.nodeName}` });
    const runtime = node.status.nodeInfo.containerRuntimeVersion.split('://')[0];
    assert.match(containerID, new RegExp(`^${runtime}://.+`));
    assert.ok(imageID && image);
    assert.deepEqual([started, lastState, restartCount], [true, {}, 0]);
  });

  it('says which generation of the pod it tells of, as do its conditions', async (t) => {
    const space = await (await cluster).space(t);
    await space.create({ containers: [space.sh(SLEEP)] });
    const first = await space.ready('pod');
    assert.equal(first.metadata.generation, 1);
    assert.equal(first.status.observedGeneration, 1);
    await space.merge('pods/pod', { spec: { activeDeadlineSeconds: 3_600 } });
    const pod = await space.until('pod', 'observed', ({ status }) => status.observedGeneration === 2);
    assert.equal(pod.metadata.generation, 2);
    for (const type of ['Ready', 'ContainersReady', 'Initialized'])
      assert.equal(condition(pod, type).observedGeneration, 2, type);
    assert.equal(statusOf(pod).restartCount, 0);
  });

  it('has startTime, addresses and quality of service from early on, and keeps them to the end', async (t) => {
    const space = await (await cluster).space(t);
    const { pod } = await space.run('sleep 1');
    const { startTime, hostIP, hostIPs, podIP, podIPs, qosClass } = pod.status;
    assert.ok(Date.parse(startTime) >= Date.parse(pod.metadata.creationTimestamp));
    assert.deepEqual([hostIPs[0], podIPs[0]], [{ ip: hostIP }, { ip: podIP }]);
    assert.equal(qosClass, 'BestEffort');
    const started = space.history.filter(({ status }) => status.startTime);
    assert.ok(started.every(({ status }) => status.startTime === startTime && status.hostIP === hostIP));
  });

  it('says what each container was given: resources and allocatedResources', async (t) => {
    const space = await (await cluster).space(t);
    const given = { requests: { cpu: '10m', memory: '16Mi' }, limits: { memory: '64Mi' } };
    await space.create({
      containers: [
        space.sh(SLEEP, { resources: given }),
        space.sh(SLEEP, { name: 'limited', resources: { limits: { cpu: '100m' } } }),
        space.sh(SLEEP, { name: 'free' }),
      ],
    });
    const pod = await space.ready('pod');
    assert.deepEqual(statusOf(pod).resources, given);
    assert.deepEqual(statusOf(pod).allocatedResources, given.requests);
    assert.deepEqual(statusOf(pod, 'limited').resources, { limits: { cpu: '100m' }, requests: { cpu: '100m' } });
    assert.deepEqual(statusOf(pod, 'limited').allocatedResources, { cpu: '100m' });
    assert.deepEqual(statusOf(pod, 'free').resources, {});
    assert.equal(statusOf(pod, 'free').allocatedResources, undefined);
  });

  it('lists the mounts of each container', async (t) => {
    const space = await (await cluster).space(t);
    const volumeMounts = [
      { name: 'e', mountPath: '/e' },
      { name: 'e', mountPath: '/r', readOnly: true },
    ];
    await space.create({ containers: [space.sh(SLEEP, { volumeMounts })], volumes: [{ name: 'e', emptyDir: {} }] });
    const pod = await space.ready('pod');
    assert.deepEqual(statusOf(pod).volumeMounts, [
      { name: 'e', mountPath: '/e' },
      { name: 'e', mountPath: '/r', readOnly: true, recursiveReadOnly: 'Disabled' },
    ]);
  });

  it('events tell of the pod’s way: Scheduled, Created, Started, and Killing at its end', async (t) => {
    const space = await (await cluster).space(t);
    await space.create({ containers: [space.sh(SLEEP)] });
    await space.ready('pod');
    assert.match((await space.event('pod', 'Scheduled')).message, /Successfully assigned/);
    assert.match((await space.event('pod', 'Pulled')).message, /already present on machine/);
    assert.match((await space.event('pod', 'Created')).message, /^Container created|^Created container/);
    assert.match((await space.event('pod', 'Started')).message, /^Container started|^Started container/);
    await space.delete('pod');
    await space.gone('pod');
    assert.match((await space.event('pod', 'Killing')).message, /^Stopping container main/);
  });
});

describe('resizing in place', { concurrency: 4 }, () => {
  const resize = (space: Space, resources: object) =>
    space.cluster.http.json({
      method: 'PATCH',
      path: space.path('pods/pod/resize'),
      contentType: 'application/strategic-merge-patch+json',
      body: { spec: { containers: [{ name: 'main', resources }] } },
    });
  const before = { requests: { cpu: '10m', memory: '32Mi' }, limits: { cpu: '100m', memory: '64Mi' } };
  const after = { requests: { cpu: '20m', memory: '48Mi' }, limits: { cpu: '200m', memory: '96Mi' } };
  const shown = (pod: Parameters<typeof statusOf>[0]) => JSON.stringify(statusOf(pod)?.resources);

  it('a running container gets what is asked for and goes on', async (t) => {
    const space = await (await cluster).space(t);
    await space.create({ containers: [space.sh(SLEEP, { resources: before })] });
    const first = await space.ready('pod');
    await resize(space, after);
    const pod = await space.until(
      'pod',
      'resized',
      (seen) => shown(seen).includes('"200m"') && shown(seen).includes('96Mi'),
    );
    assert.deepEqual(statusOf(pod).resources, after);
    assert.deepEqual(statusOf(pod).allocatedResources, after.requests);
    assert.equal(statusOf(pod).restartCount, 0);
    assert.equal(statusOf(pod).containerID, statusOf(first).containerID);
  });

  it('a container that must restart for it is restarted', async (t) => {
    const space = await (await cluster).space(t);
    const resizePolicy = [{ resourceName: 'memory', restartPolicy: 'RestartContainer' }];
    await space.create({ restartPolicy: 'Always', containers: [space.sh(SLEEP, { resources: before, resizePolicy })] });
    await space.ready('pod');
    await resize(space, after);
    const pod = await space.until(
      'pod',
      'restarted',
      (seen) => statusOf(seen)?.restartCount === 1 && statusOf(seen).state.running && shown(seen).includes('96Mi'),
    );
    assert.deepEqual(statusOf(pod).resources, after);
  });

  it('what the node can never give is infeasible, and the pod stays as it is', async (t) => {
    const space = await (await cluster).space(t);
    await space.create({ containers: [space.sh(SLEEP, { resources: before })] });
    await space.ready('pod');
    // The API refuses it, or the kubelet says so by a condition.
    const asked = await resize(space, { requests: { cpu: '1000' }, limits: { cpu: '1000' } }).then(
      () => 200,
      (error: { status?: number }) => error.status,
    );
    assert.ok(asked === 200 || asked === 403, String(asked));
    const refused = (seen: Parameters<typeof statusOf>[0]) =>
      asked === 403 || condition(seen, 'PodResizePending')?.reason === 'Infeasible';
    const pod = await space.until('pod', 'refused', refused);
    assert.deepEqual(statusOf(pod).resources, before);
    assert.ok(statusOf(pod).state.running);
  });
});

describe('namespaces of the node', { concurrency: 4 }, () => {
  it('hostNetwork: the pod has the address of its node', async (t) => {
    const space = await (await cluster).space(t);
    await space.create({ hostNetwork: true, containers: [space.sh(SLEEP)] });
    const pod = await space.ready('pod');
    assert.equal(pod.status.podIP, pod.status.hostIP);
  });

  it('hostPID: a container sees the processes of other pods of its node', async (t) => {
    const space = await (await cluster).space(t);
    const name = `faultflix-${space.name}`;
    await space.create({
      name: 'seen',
      containers: [space.sh(`exec sleep 1000`, { command: ['sh', '-c', 'sleep 1000; :', name] })],
    });
    const { spec } = await space.ready('seen');
    const script = `for p in /proc/[0-9]*; do tr '\\0' ' ' < $p/cmdline 2>/dev/null | grep -q "${name} $" && { echo seen; exit 0; }; done; echo not; exit 1`;
    const { log } = await space.run(script, { name: 'observer', nodeName: spec.nodeName!, hostPID: true });
    assert.match(log, /^seen$/m);
  });

  it('shareProcessNamespace: a container can signal the processes of its neighbours', async (t) => {
    const space = await (await cluster).space(t);
    const name = `faultflix-${space.name}`;
    const target = space.sh('', {
      name: 'target',
      command: ['sh', '-c', `trap 'exit 7' TERM; while :; do sleep 0.1; done`, name],
    });
    const script = `while :; do for p in /proc/[0-9]*; do tr '\\0' ' ' < $p/cmdline 2>/dev/null | grep -q "^sh -c trap .*done ${name} $" && kill -TERM \${p#/proc/} && exit 0; done; sleep 0.1; done`;
    await space.create({ shareProcessNamespace: true, containers: [target, space.sh(script)] });
    const pod = await space.ended('pod');
    assert.equal(statusOf(pod, 'target').state.terminated.exitCode, 7);
    assert.equal(statusOf(pod).state.terminated.exitCode, 0);
  });

  it('without it a container is process 1 of its own', async (t) => {
    const own = await cluster;
    if (unless(t, !own.can.own, 'the processes of local pods are processes of the machine: docs of k8s/local/kubelet'))
      return;
    const space = await own.space(t);
    const { log } = await space.run('echo $$$$');
    assert.equal(log, '1\n');
  });
});
