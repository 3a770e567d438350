import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { testCluster } from './support/cluster.ts';
import { statusOf } from './support/space.ts';

const cluster = testCluster();
const AT = '$FAULTFLIX_ROOT';
const volumes = [{ name: 'e', emptyDir: {} }];
const volumeMounts = [{ name: 'e', mountPath: '/e' }];
const timeOf = (text: string) => Date.parse(text);

describe('exits and restarts', { concurrency: 8 }, () => {
  it('Always: restarts a container that ended well, and keeps its last state', async (t) => {
    const space = await (await cluster).space(t);
    const script = `[ -e ${AT}/e/f ] && exec sleep 1000; touch ${AT}/e/f; exit 0`;
    await space.create({ restartPolicy: 'Always', containers: [space.sh(script, { volumeMounts })], volumes });
    const pod = await space.until(
      'pod',
      'restarted',
      (seen) => statusOf(seen)?.restartCount === 1 && statusOf(seen).state.running,
    );
    const { lastState, containerID } = statusOf(pod);
    assert.deepEqual([lastState.terminated.exitCode, lastState.terminated.reason], [0, 'Completed']);
    assert.notEqual(lastState.terminated.containerID, containerID);
    assert.equal(pod.status.phase, 'Running');
  });

  it('OnFailure: restarts after a failure, not after success', async (t) => {
    const space = await (await cluster).space(t);
    const script = `[ -e ${AT}/e/f ] && exit 0; touch ${AT}/e/f; exit 3`;
    await space.create({ restartPolicy: 'OnFailure', containers: [space.sh(script, { volumeMounts })], volumes });
    const pod = await space.ended('pod');
    assert.equal(pod.status.phase, 'Succeeded');
    assert.equal(statusOf(pod).restartCount, 1);
    assert.equal(statusOf(pod).lastState.terminated.exitCode, 3);
  });

  it('Never: the pod fails with the exit code of its container', async (t) => {
    const space = await (await cluster).space(t);
    const { pod } = await space.run('exit 42');
    assert.equal(pod.status.phase, 'Failed');
    const { exitCode, reason, startedAt, finishedAt } = statusOf(pod).state.terminated;
    assert.deepEqual([exitCode, reason], [42, 'Error']);
    assert.ok(timeOf(finishedAt) >= timeOf(startedAt));
    assert.equal(statusOf(pod).restartCount, 0);
  });

  it('counts one container that fails beside one that succeeds as a failed pod', async (t) => {
    const space = await (await cluster).space(t);
    await space.create({ containers: [space.sh('exit 0', { name: 'good' }), space.sh('exit 1', { name: 'bad' })] });
    const pod = await space.ended('pod');
    assert.equal(pod.status.phase, 'Failed');
  });

  it('backs off: the first restart is at once, the second ten seconds after the exit', async (t) => {
    const space = await (await cluster).space(t);
    await space.create({ restartPolicy: 'Always', containers: [space.sh('exit 1')] });
    const waiting = await space.until(
      'pod',
      'CrashLoopBackOff',
      (pod) => statusOf(pod)?.state.waiting?.reason === 'CrashLoopBackOff',
    );
    assert.match(statusOf(waiting).state.waiting.message, /^back-off 10s restarting failed container=main/);
    assert.equal(statusOf(waiting).restartCount, 1);
    assert.equal(waiting.status.phase, 'Running');
    const exit = statusOf(waiting).lastState.terminated;
    const again = await space.until('pod', 'second restart', (pod) => statusOf(pod)?.restartCount === 2);
    const next = statusOf(again).state.terminated ?? statusOf(again).lastState.terminated;
    const startedAt = statusOf(again).state.running?.startedAt ?? next.startedAt;
    // Times of the API are whole seconds.
    const gapMs = timeOf(startedAt) - timeOf(exit.finishedAt);
    assert.ok(gapMs >= 9_000, `restarted ${gapMs} ms after the exit`);
  });

  it('takes the last words from the termination message file', async (t) => {
    const space = await (await cluster).space(t);
    const { pod } = await space.run(`echo goodbye > ${AT}/dev/termination-log; exit 1`);
    assert.equal(statusOf(pod).state.terminated.message, 'goodbye\n');
  });

  it('takes them from the end of the log when asked to and the file is empty', async (t) => {
    const space = await (await cluster).space(t);
    const { pod } = await space.run('echo the end; exit 1', {
      container: { terminationMessagePolicy: 'FallbackToLogsOnError' },
    });
    assert.equal(statusOf(pod).state.terminated.message, 'the end\n');
  });

  it('fails a container whose program does not exist', async (t) => {
    const space = await (await cluster).space(t);
    await space.create({ containers: [{ ...space.sh(''), command: ['/no/such/program'] }] });
    const pod = await space.ended('pod');
    const { exitCode, reason, message } = statusOf(pod).state.terminated;
    assert.deepEqual([exitCode, reason], [128, 'StartError']);
    assert.match(message, /no such file or directory/);
    assert.equal(pod.status.phase, 'Failed');
  });
});

describe('images', { concurrency: 4 }, () => {
  it('waits with ErrImagePull, then ImagePullBackOff, for an image that is nowhere', async (t) => {
    const space = await (await cluster).space(t);
    await space.create({ containers: [{ ...space.sh('echo'), image: 'faultflix.invalid/none:1' }] });
    const failed = await space.until(
      'pod',
      'ErrImagePull',
      (pod) => statusOf(pod)?.state.waiting?.reason === 'ErrImagePull',
    );
    assert.match(statusOf(failed).state.waiting.message, /faultflix\.invalid\/none:1/);
    const pod = await space.until(
      'pod',
      'ImagePullBackOff',
      (seen) => statusOf(seen)?.state.waiting?.reason === 'ImagePullBackOff',
    );
    assert.match(statusOf(pod).state.waiting.message, /Back-off pulling image "faultflix\.invalid\/none:1"/);
    assert.equal(pod.status.phase, 'Pending');
  });

  it('does not pull at all when the policy is Never', async (t) => {
    const space = await (await cluster).space(t);
    await space.create({
      containers: [{ ...space.sh('echo'), image: 'faultflix.invalid/none:1', imagePullPolicy: 'Never' }],
    });
    const pod = await space.until(
      'pod',
      'ErrImageNeverPull',
      (seen) => statusOf(seen)?.state.waiting?.reason === 'ErrImageNeverPull',
    );
    assert.match(statusOf(pod).state.waiting.message, /is not present with pull policy of Never/);
  });
});
