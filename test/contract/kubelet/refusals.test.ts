import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { testCluster } from './support/cluster.ts';
import { condition, eventually, type Pod, statusOf } from './support/space.ts';

const cluster = testCluster();
const AT = '$FAULTFLIX_ROOT';
const SLEEP = 'exec sleep 1000';
const waits = (reason: string) => (pod: Pod) => statusOf(pod)?.state.waiting?.reason === reason;

describe('what cannot be run', { concurrency: 8 }, () => {
  it('InvalidImageName: an image whose name is none', async (t) => {
    const space = await (await cluster).space(t);
    await space.create({ containers: [{ ...space.sh(''), image: 'Not A Name' }] });
    const pod = await space.until('pod', 'InvalidImageName', waits('InvalidImageName'));
    assert.match(
      statusOf(pod).state.waiting.message,
      /couldn't parse image name "Not A Name": invalid reference format/,
    );
    assert.equal(pod.status.phase, 'Pending');
    const { message } = await space.event('pod', 'InspectFailed');
    assert.match(message, /Not A Name/);
  });

  it('an image that cannot be pulled is told by events, and the pod that waits for it is not ready to start', async (t) => {
    const space = await (await cluster).space(t);
    await space.create({ containers: [{ ...space.sh(''), image: 'faultflix.invalid/none:1' }] });
    const { message } = await space.event('pod', 'Pulling');
    assert.equal(message, 'Pulling image "faultflix.invalid/none:1"');
    await space.event('pod', 'Failed', /Failed to pull image "faultflix\.invalid\/none:1"/);
    await space.event('pod', 'BackOff', /Back-off pulling image "faultflix\.invalid\/none:1"/);
    const pod = space.pod('pod')!;
    assert.deepEqual([statusOf(pod).image, statusOf(pod).imageID], ['faultflix.invalid/none:1', '']);
    assert.equal(statusOf(pod).containerID, undefined);
  });

  it('one container without an image does not keep the other from running', async (t) => {
    const space = await (await cluster).space(t);
    await space.create({
      containers: [
        space.sh(SLEEP, { name: 'good' }),
        { ...space.sh('', { name: 'bad' }), image: 'faultflix.invalid/none:1' },
      ],
    });
    const pod = await space.until(
      'pod',
      'one running',
      (seen) =>
        statusOf(seen, 'good')?.state.running && /Image/.test(statusOf(seen, 'bad')?.state.waiting?.reason ?? ''),
    );
    assert.equal(pod.status.phase, 'Pending');
  });

  it('CreateContainerConfigError: a container that refers to what is not there starts as soon as it is', async (t) => {
    const space = await (await cluster).space(t);
    const env = [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'late', key: 'a' } } }];
    await space.create({ containers: [space.sh('echo $A', { env })] });
    const pod = await space.until('pod', 'CreateContainerConfigError', waits('CreateContainerConfigError'));
    assert.match(statusOf(pod).state.waiting.message, /configmap "late" not found/);
    await space.post('/api/v1', 'configmaps', { metadata: { name: 'late' }, data: { a: 'came' } });
    await space.ended('pod');
    assert.equal(await space.log('pod'), 'came\n');
  });

  it('CreateContainerConfigError: an image that runs as root where the pod forbids it', async (t) => {
    const space = await (await cluster).space(t);
    await space.create({ securityContext: { runAsNonRoot: true, runAsUser: 0 }, containers: [space.sh(SLEEP)] });
    const pod = await space.until('pod', 'CreateContainerConfigError', waits('CreateContainerConfigError'));
    assert.match(statusOf(pod).state.waiting.message, /container's runAsUser breaks non-root policy/);
  });

  it('CreateContainerError: a seccomp profile that the node does not have', async (t) => {
    const space = await (await cluster).space(t);
    const seccompProfile = { type: 'Localhost', localhostProfile: 'not/there.json' };
    await space.create({ containers: [space.sh(SLEEP, { securityContext: { seccompProfile } })] });
    const pod = await space.until('pod', 'CreateContainerError', waits('CreateContainerError'));
    assert.match(statusOf(pod).state.waiting.message, /not\/there\.json/);
    assert.equal(pod.status.phase, 'Pending');
  });

  it('a runtime class whose handler the node does not have: the pod gets no sandbox', async (t) => {
    const space = await (await cluster).space(t);
    const path = '/apis/node.k8s.io/v1/runtimeclasses';
    const body = { metadata: { name: space.name }, handler: 'faultflix-none' };
    await space.cluster.http.json({ method: 'POST', path, body });
    t.after(() => space.cluster.http.json({ method: 'DELETE', path: `${path}/${space.name}` }));
    await eventually('the class is known to admission', () =>
      space.create({ runtimeClassName: space.name, containers: [space.sh(SLEEP)] }),
    );
    const { message } = await space.event('pod', 'FailedCreatePodSandBox');
    assert.match(message, /no runtime for "faultflix-none" is configured/);
    const pod = space.pod('pod')!;
    assert.equal(pod.status.phase, 'Pending');
    assert.equal(statusOf(pod).state.waiting.reason, 'ContainerCreating');
    assert.equal(condition(pod, 'PodReadyToStartContainers').status, 'False');
  });

  it('a runtime class that does not exist is refused by the API', async (t) => {
    const space = await (await cluster).space(t);
    await assert.rejects(space.create({ runtimeClassName: 'faultflix-none', containers: [space.sh(SLEEP)] }), {
      status: 403,
    });
  });
});

describe('what a pod may use', { concurrency: 4 }, () => {
  const volumes = [{ name: 'e', emptyDir: {} }];
  const volumeMounts = [{ name: 'e', mountPath: '/e' }];
  const fill = `dd if=/dev/zero of=${AT}/e/f bs=1024 count=4096 2>/dev/null; ${SLEEP}`;

  it('ephemeral-storage: over the limits of its containers the pod is evicted', async (t) => {
    const space = await (await cluster).space(t);
    const resources = { limits: { 'ephemeral-storage': '1Mi' } };
    await space.create({ restartPolicy: 'Always', containers: [space.sh(fill, { resources, volumeMounts })], volumes });
    const pod = await space.ended('pod');
    assert.deepEqual([pod.status.phase, pod.status.reason], ['Failed', 'Evicted']);
    assert.match(pod.status.message, /Pod ephemeral local storage usage exceeds the total limit of containers 1Mi/);
    assert.equal(condition(pod, 'DisruptionTarget'), undefined, 'it is the pod’s own doing');
  });

  it('ephemeral-storage: a container whose log outgrows its limit has its pod evicted', async (t) => {
    const space = await (await cluster).space(t);
    const script = `i=0; while [ $i -lt 4096 ]; do printf '%01023d\\n' $i; i=$((i+1)); done; ${SLEEP}`;
    const big = { limits: { 'ephemeral-storage': '100Mi' } };
    await space.create({
      restartPolicy: 'Always',
      containers: [
        space.sh(script, { resources: { limits: { 'ephemeral-storage': '1Mi' } } }),
        space.sh(SLEEP, { name: 'other', resources: big }),
      ],
    });
    const pod = await space.ended('pod');
    assert.equal(pod.status.reason, 'Evicted');
    assert.match(pod.status.message, /Container main exceeded its local ephemeral storage limit "1Mi"/);
  });

  it('what a pod may use it keeps', async (t) => {
    const space = await (await cluster).space(t);
    const resources = { limits: { 'ephemeral-storage': '64Mi' } };
    const script = `dd if=/dev/zero of=${AT}/e/f bs=1024 count=4096 2>/dev/null; sleep 15; ls ${AT}/e`;
    await space.create({ containers: [space.sh(script, { resources, volumeMounts })], volumes });
    const pod = await space.ended('pod');
    assert.equal(pod.status.phase, 'Succeeded');
  });
});
