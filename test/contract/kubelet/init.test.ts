import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { testCluster } from './support/cluster.ts';
import { HELD, letGo } from './support/held.ts';
import { condition, statusOf } from './support/space.ts';

const cluster = testCluster();
const AT = '$FAULTFLIX_ROOT';
const volumes = [{ name: 'e', emptyDir: {} }];
const volumeMounts = [{ name: 'e', mountPath: '/e' }];

describe('init and sidecar containers', { concurrency: 4 }, () => {
  it('runs init containers one after the other, and the main ones after all of them', async (t) => {
    const space = await (await cluster).space(t);
    const say = (word: string) => `echo ${word} >> ${AT}/e/log`;
    await space.create({
      initContainers: [
        space.sh(`${HELD}; ${say('one')}`, { name: 'one', volumeMounts }),
        space.sh(say('two'), { name: 'two', volumeMounts }),
      ],
      containers: [space.sh(`echo main >> ${AT}/e/log; cat ${AT}/e/log`, { volumeMounts })],
      volumes,
    });
    const before = await space.until('pod', 'the first one runs', (seen) => statusOf(seen, 'one')?.state.running);
    assert.equal(condition(before, 'Initialized').status, 'False');
    assert.equal(statusOf(before).state.waiting.reason, 'PodInitializing');
    assert.equal(before.status.phase, 'Pending');
    await letGo(space, 'pod', 'one');
    const pod = await space.ended('pod');
    assert.equal(await space.log('pod'), 'one\ntwo\nmain\n');
    assert.equal(condition(pod, 'Initialized').status, 'True');
  });

  it('repeats a failing init container until it succeeds', async (t) => {
    const space = await (await cluster).space(t);
    await space.create({
      restartPolicy: 'OnFailure',
      initContainers: [
        space.sh(`echo x >> ${AT}/e/n; [ $(wc -l < ${AT}/e/n) -ge 2 ]`, { name: 'again', volumeMounts }),
      ],
      containers: [space.sh(`cat ${AT}/e/n`, { volumeMounts })],
      volumes,
    });
    const pod = await space.ended('pod');
    assert.equal(await space.log('pod'), 'x\nx\n');
    assert.equal(statusOf(pod, 'again').restartCount, 1);
    assert.equal(pod.status.phase, 'Succeeded');
  });

  it('fails the pod when an init container fails and nothing restarts', async (t) => {
    const space = await (await cluster).space(t);
    await space.create({ initContainers: [space.sh('exit 4', { name: 'bad' })], containers: [space.sh('echo never')] });
    const pod = await space.ended('pod');
    assert.equal(pod.status.phase, 'Failed');
    assert.equal(statusOf(pod, 'bad').state.terminated.exitCode, 4);
    assert.equal(statusOf(pod).state.waiting.reason, 'PodInitializing');
  });

  it('holds what follows a sidecar until its startup probe has passed', async (t) => {
    const space = await (await cluster).space(t);
    const startupProbe = {
      exec: { command: ['sh', '-c', `[ -e ${AT}/e/up ]`] },
      periodSeconds: 1,
      failureThreshold: 300,
    };
    await space.create({
      initContainers: [
        space.sh(`${HELD}; touch ${AT}/e/up; exec sleep 1000`, {
          name: 'side',
          restartPolicy: 'Always',
          startupProbe,
          volumeMounts,
        }),
        space.sh(`ls ${AT}/e`, { name: 'after', volumeMounts }),
      ],
      containers: [space.sh(`ls ${AT}/e`, { volumeMounts })],
      volumes,
    });
    const waiting = await space.until(
      'pod',
      'a sidecar that runs and has not started',
      (pod) => statusOf(pod, 'side')?.state.running && !statusOf(pod, 'side').started,
    );
    assert.equal(statusOf(waiting, 'after').state.waiting.reason, 'PodInitializing');
    await letGo(space, 'pod', 'side');
    await space.ended('pod');
    assert.equal(await space.log('pod'), 'up\n');
    assert.equal(await space.log('pod', { container: 'after' }), 'up\n');
  });

  it('restarts a sidecar that ends while the pod runs, whatever the restart policy', async (t) => {
    const space = await (await cluster).space(t);
    await space.create({
      initContainers: [
        space.sh(`[ -e ${AT}/e/f ] && exec sleep 1000; touch ${AT}/e/f; sleep 0.2`, {
          name: 'side',
          restartPolicy: 'Always',
          volumeMounts,
        }),
      ],
      containers: [space.sh('exec sleep 1000')],
      volumes,
    });
    const pod = await space.until(
      'pod',
      'restarted sidecar',
      (seen) => statusOf(seen, 'side')?.restartCount === 1 && statusOf(seen, 'side').state.running,
    );
    assert.equal(statusOf(pod, 'side').lastState.terminated.exitCode, 0);
    assert.equal(statusOf(pod).restartCount, 0);
    assert.equal(pod.status.phase, 'Running');
  });

  it('ends sidecars after the main containers, the last one first, and calls the pod succeeded', async (t) => {
    const space = await (await cluster).space(t);
    const side = (name: string) =>
      space.sh(
        `trap 'echo ${name} >> ${AT}/e/log; exit 0' TERM; touch ${AT}/e/up-${name}; while :; do sleep 0.1; done`,
        {
          name,
          restartPolicy: 'Always',
          volumeMounts,
          startupProbe: {
            exec: { command: ['sh', '-c', `[ -e ${AT}/e/up-${name} ]`] },
            periodSeconds: 1,
            failureThreshold: 60,
          },
        },
      );
    const witness = space.sh(`trap 'cat ${AT}/e/log; exit 0' TERM; touch ${AT}/e/up; while :; do sleep 0.1; done`, {
      name: 'witness',
      restartPolicy: 'Always',
      volumeMounts,
      startupProbe: { exec: { command: ['sh', '-c', `[ -e ${AT}/e/up ]`] }, periodSeconds: 1, failureThreshold: 60 },
    });
    await space.create({
      terminationGracePeriodSeconds: 20,
      initContainers: [witness, side('one'), side('two')],
      containers: [space.sh(`echo main >> ${AT}/e/log`, { volumeMounts })],
      volumes,
    });
    const pod = await space.ended('pod');
    assert.equal(pod.status.phase, 'Succeeded');
    assert.equal(await space.log('pod', { container: 'witness' }), 'main\ntwo\none\n');
    for (const name of ['one', 'two', 'witness']) assert.equal(statusOf(pod, name).state.terminated.exitCode, 0);
  });
});
