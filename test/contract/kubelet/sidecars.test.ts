import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { testCluster } from './support/cluster.ts';
import { condition, isReady, statusOf } from './support/space.ts';
import { BATCH, hasCondition, statusFits, template } from './support/workloads.ts';

const cluster = testCluster();
const AT = '$FAULTFLIX_ROOT';
const volumes = [{ name: 'e', emptyDir: {} }];
const volumeMounts = [{ name: 'e', mountPath: '/e' }];
const always = { restartPolicy: 'Always' as const };
const exec = (script: string) => ({ exec: { command: ['sh', '-c', script] }, periodSeconds: 1 });

describe('sidecars and what they hold', { concurrency: 8 }, () => {
  it('a sidecar that fails its startup probe is restarted, and what follows waits until it has passed', async (t) => {
    const space = await (await cluster).space(t);
    const script = `n=$(cat ${AT}/e/n 2>/dev/null || echo 0); echo $((n+1)) > ${AT}/e/n; exec sleep 1000`;
    const startupProbe = { ...exec(`[ $(cat ${AT}/e/n) -ge 2 ]`), failureThreshold: 2 };
    await space.create({
      initContainers: [space.sh(script, { name: 'side', ...always, startupProbe, volumeMounts })],
      containers: [space.sh(`cat ${AT}/e/n`, { volumeMounts })],
      volumes,
    });
    const pod = await space.ended('pod');
    assert.equal(await space.log('pod'), '2\n');
    assert.equal(statusOf(pod, 'side').restartCount, 1);
    const before = space.history.filter((seen) => statusOf(seen, 'side')?.restartCount === 0);
    for (const seen of before) assert.equal(statusOf(seen)?.state.waiting?.reason, 'PodInitializing');
  });

  it('a failing init container backs off as CrashLoopBackOff while the pod stays Pending', async (t) => {
    const space = await (await cluster).space(t);
    await space.create({
      ...always,
      initContainers: [space.sh('exit 3', { name: 'bad' })],
      containers: [space.sh('echo never')],
    });
    const pod = await space.until(
      'pod',
      'back-off',
      (seen) => statusOf(seen, 'bad')?.state.waiting?.reason === 'CrashLoopBackOff',
    );
    assert.match(statusOf(pod, 'bad').state.waiting.message, /^back-off 10s restarting failed container=bad/);
    assert.equal(statusOf(pod, 'bad').restartCount, 1);
    assert.equal(statusOf(pod, 'bad').lastState.terminated.exitCode, 3);
    assert.equal(pod.status.phase, 'Pending');
    assert.equal(statusOf(pod).state.waiting.reason, 'PodInitializing');
    assert.equal(condition(pod, 'Initialized').reason, 'ContainersNotInitialized');
  });

  it('a sidecar that fails at its end does not fail the pod', async (t) => {
    const space = await (await cluster).space(t);
    const script = `trap 'exit 9' TERM; echo up; while :; do sleep 0.1; done`;
    await space.create({
      terminationGracePeriodSeconds: 30,
      initContainers: [
        space.sh(`touch ${AT}/e/up; ${script}`, {
          name: 'side',
          ...always,
          volumeMounts,
          startupProbe: { ...exec(`[ -e ${AT}/e/up ]`), failureThreshold: 60 },
        }),
      ],
      containers: [space.sh('sleep 1')],
      volumes,
    });
    const pod = await space.ended('pod');
    assert.equal(pod.status.phase, 'Succeeded');
    assert.equal(statusOf(pod, 'side').state.terminated.exitCode, 9);
    assert.equal(statusOf(pod, 'side').restartCount, 0);
  });

  it('when an init container fails for good, the sidecars before it are ended and the pod has failed', async (t) => {
    const space = await (await cluster).space(t);
    await space.create({
      terminationGracePeriodSeconds: 30,
      initContainers: [
        space.sh(`trap 'exit 0' TERM; touch ${AT}/e/up; while :; do sleep 0.1; done`, {
          name: 'side',
          ...always,
          volumeMounts,
          startupProbe: { ...exec(`[ -e ${AT}/e/up ]`), failureThreshold: 60 },
        }),
        space.sh('exit 5', { name: 'bad' }),
      ],
      containers: [space.sh('echo never')],
      volumes,
    });
    const pod = await space.ended('pod');
    assert.equal(pod.status.phase, 'Failed');
    assert.equal(statusOf(pod, 'bad').state.terminated.exitCode, 5);
    assert.equal(statusOf(pod, 'side').state.terminated.exitCode, 0);
  });

  it('a pod that is deleted ends its main containers first, then its sidecars, the last one first', async (t) => {
    const space = await (await cluster).space(t);
    const side = (name: string) =>
      space.sh(
        `trap 'echo ${name} >> ${AT}/e/log; [ ${name} = one ] && cat ${AT}/e/log; exit 0' TERM; touch ${AT}/e/up-${name}; echo up; while :; do sleep 0.1; done`,
        {
          name,
          ...always,
          volumeMounts,
          startupProbe: { ...exec(`[ -e ${AT}/e/up-${name} ]`), failureThreshold: 60 },
        },
      );
    await space.create({
      terminationGracePeriodSeconds: 60,
      initContainers: [side('one'), side('two')],
      containers: [
        space.sh(`trap 'sleep 0.5; echo main >> ${AT}/e/log; exit 0' TERM; echo up; while :; do sleep 0.1; done`, {
          volumeMounts,
        }),
      ],
      volumes,
    });
    await space.logUntil('pod', /up/);
    const { promise: following, resolve: onFirst } = Promise.withResolvers<void>();
    const said = space.logUntil('pod', /one/, { container: 'one' }, onFirst);
    await following;
    await space.delete('pod');
    assert.deepEqual(await said, ['up', 'main', 'two', 'one']);
    await space.gone('pod');
  });

  it('a sidecar that is not ready keeps its pod from being ready', async (t) => {
    const space = await (await cluster).space(t);
    await space.create({
      initContainers: [
        space.sh('exec sleep 1000', {
          name: 'side',
          ...always,
          volumeMounts,
          readinessProbe: exec(`[ -e ${AT}/e/well ]`),
        }),
      ],
      containers: [
        space.sh(`while [ ! -e ${AT}/e/go ]; do sleep 0.1; done; touch ${AT}/e/well; exec sleep 1000`, {
          volumeMounts,
        }),
      ],
      volumes,
    });
    const waiting = await space.until('pod', 'main ready', (pod) => statusOf(pod)?.ready);
    assert.equal(isReady(waiting), false);
    assert.match(condition(waiting, 'ContainersReady').message, /containers with unready status: \[side\]/);
    const { code, stderr } = await space.cluster.kubectl([
      ...['-n', space.name, 'exec', 'pod', '-c', 'main', '--', 'sh', '-c', `touch ${AT}/e/go`],
    ]);
    assert.equal(code, 0, stderr);
    await space.ready('pod');
  });

  it('a sidecar that fails its liveness probe is restarted alone', async (t) => {
    const space = await (await cluster).space(t);
    const livenessProbe = { ...exec(`[ $(cat ${AT}/e/n) -ge 2 ]`), failureThreshold: 1 };
    const script = `n=$(cat ${AT}/e/n 2>/dev/null || echo 0); echo $((n+1)) > ${AT}/e/n; exec sleep 1000`;
    await space.create({
      initContainers: [space.sh(script, { name: 'side', ...always, livenessProbe, volumeMounts })],
      containers: [space.sh('exec sleep 1000')],
      volumes,
    });
    const pod = await space.until(
      'pod',
      'restarted',
      (seen) => statusOf(seen, 'side')?.restartCount === 1 && statusOf(seen, 'side').state.running,
    );
    assert.equal(statusOf(pod).restartCount, 0);
    assert.ok(statusOf(pod).state.running);
  });

  it('a Job completes though its pods have a sidecar that never ends', async (t) => {
    const space = await (await cluster).space(t);
    const side = space.sh(`trap 'exit 0' TERM; while :; do sleep 0.1; done`, { name: 'side', ...always });
    const spec = { template: template(space, 'sleep 1', { restartPolicy: 'Never', initContainers: [side] }) };
    await space.post(BATCH, 'jobs', { metadata: { name: 'j' }, spec });
    const job = await statusFits(space, space.path('jobs/j', BATCH), hasCondition('Complete'));
    assert.equal(job.status.succeeded, 1);
  });

  it('container restart policies and rules go before the pod’s', async (t) => {
    const space = await (await cluster).space(t);
    const counting = (then: string) =>
      `n=$(cat ${AT}/e/$0 2>/dev/null || echo 0); echo $((n+1)) > ${AT}/e/$0; [ $n -ge 1 ] && exit 0; ${then}`;
    const rules = [{ action: 'Restart', exitCodes: { operator: 'In', values: [42] } }];
    const own = (name: string, then: string, more: object) => ({
      ...space.sh('', { name, volumeMounts }),
      command: ['sh', '-c', counting(then), name],
      ...more,
    });
    await space.create({
      containers: [
        own('again', 'exit 1', { restartPolicy: 'OnFailure' }),
        own('ruled', 'exit 42', { restartPolicy: 'Never', restartPolicyRules: rules }),
        own('unruled', 'exit 43', { restartPolicy: 'Never', restartPolicyRules: rules }),
      ],
      volumes,
    });
    const pod = await space.ended('pod');
    const told = (name: string) => [statusOf(pod, name).restartCount, statusOf(pod, name).state.terminated.exitCode];
    assert.deepEqual(told('again'), [1, 0]);
    assert.deepEqual(told('ruled'), [1, 0]);
    assert.deepEqual(told('unruled'), [0, 43]);
  });
});
