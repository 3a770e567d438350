import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { testCluster } from './support/cluster.ts';
import { condition, isReady, type Pod, statusOf } from './support/space.ts';

const cluster = testCluster();
const AT = '$FAULTFLIX_ROOT';
const volumes = [{ name: 'e', emptyDir: {} }];
const volumeMounts = [{ name: 'e', mountPath: '/e' }];
const exec = (script: string) => ({ exec: { command: ['sh', '-c', script] } });
const probe = (script: string, more: object = {}) => ({
  ...exec(script),
  periodSeconds: 1,
  failureThreshold: 1,
  ...more,
});
const endedOnce = (pod: Pod) => statusOf(pod)?.restartCount === 1 && statusOf(pod).lastState.terminated;
/** Ends with the code when it gets SIGTERM. */
const obeys = (code = 0) => `trap 'exit ${code}' TERM; echo up; while :; do sleep 0.1; done`;
const STUBBORN = `trap '' TERM; echo up; while :; do sleep 0.1; done`;

describe('the end of a pod', { concurrency: 8 }, () => {
  it('says when it is due: deletionTimestamp is the request and its grace; the pod runs on meanwhile', async (t) => {
    const space = await (await cluster).space(t);
    await space.create({ terminationGracePeriodSeconds: 77, containers: [space.sh(STUBBORN)] });
    await space.logUntil('pod', /up/);
    const requestedMs = Date.now();
    await space.delete('pod');
    const pod = await space.until('pod', 'terminating', (seen) => seen.metadata.deletionTimestamp);
    assert.equal(pod.metadata.deletionGracePeriodSeconds, 77);
    const dueInMs = Date.parse(pod.metadata.deletionTimestamp) - requestedMs;
    assert.ok(dueInMs > 60_000 && dueInMs < 150_000, `due in ${dueInMs} ms`);
    assert.equal(pod.status.phase, 'Running');
    assert.ok(statusOf(pod).state.running);
    assert.ok(isReady(pod), 'a pod without a readiness probe is ready until its containers end');
    await space.delete('pod', { gracePeriodSeconds: 0 });
    await space.gone('pod');
  });

  it('a pod that ends well when it is told to has succeeded, though it would have been restarted', async (t) => {
    const space = await (await cluster).space(t);
    await space.create({
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 60,
      containers: [space.sh(obeys(0))],
    });
    await space.logUntil('pod', /up/);
    await space.delete('pod');
    await space.gone('pod');
    const last = space.last('pod');
    assert.equal(last.status.phase, 'Succeeded');
    assert.deepEqual([statusOf(last).state.terminated.exitCode, statusOf(last).restartCount], [0, 0]);
    assert.equal(condition(last, 'Ready').reason, 'PodCompleted');
  });

  it('all containers are told at once, each has the whole grace', async (t) => {
    const space = await (await cluster).space(t);
    const other = (name: string) => (name === 'a' ? 'b' : 'a');
    // Each ends only when it has seen that the other was told too.
    const script = (name: string) =>
      `trap 'touch ${AT}/e/${name}; while [ ! -e ${AT}/e/${other(name)} ]; do sleep 0.1; done; exit 4' TERM; echo up; while :; do sleep 0.1; done`;
    await space.create({
      terminationGracePeriodSeconds: 60,
      containers: ['a', 'b'].map((name) => space.sh(script(name), { name, volumeMounts })),
      volumes,
    });
    await Promise.all(['a', 'b'].map((container) => space.logUntil('pod', /up/, { container })));
    await space.delete('pod');
    await space.gone('pod');
    for (const name of ['a', 'b']) assert.equal(statusOf(space.last('pod'), name).state.terminated.exitCode, 4);
  });

  it('a preStop hook that fails is told by an event, and the container gets its SIGTERM', async (t) => {
    const space = await (await cluster).space(t);
    await space.create({
      terminationGracePeriodSeconds: 60,
      containers: [space.sh(obeys(6), { lifecycle: { preStop: exec('exit 3') } })],
    });
    await space.logUntil('pod', /up/);
    await space.delete('pod');
    await space.gone('pod');
    assert.equal(statusOf(space.last('pod')).state.terminated.exitCode, 6);
    await space.event('pod', 'FailedPreStopHook');
  });

  it('a preStop hook also runs before a container is restarted for its liveness', async (t) => {
    const space = await (await cluster).space(t);
    const lifecycle = { preStop: exec(`echo hook >> ${AT}/e/log`) };
    const script = `trap 'echo term >> ${AT}/e/log; exit 0' TERM; [ -e ${AT}/e/log ] && cat ${AT}/e/log; while :; do sleep 0.1; done`;
    await space.create({
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 60,
      containers: [space.sh(script, { volumeMounts, lifecycle, livenessProbe: probe(`[ -e ${AT}/e/log ]`) })],
      volumes,
    });
    await space.until('pod', 'restarted', (pod) => statusOf(pod)?.restartCount === 1 && statusOf(pod).state.running);
    assert.deepEqual(await space.logUntil('pod', /term/), ['hook', 'term']);
  });

  it('a preStop hook does not run when a container ends by itself', async (t) => {
    const space = await (await cluster).space(t);
    const lifecycle = { preStop: exec(`touch ${AT}/e/hook`) };
    await space.create({
      containers: [
        space.sh('exit 0', { name: 'first', volumeMounts, lifecycle }),
        space.sh(`sleep 2; ls ${AT}/e`, { name: 'second', volumeMounts }),
      ],
      volumes,
    });
    await space.ended('pod');
    assert.equal(await space.log('pod', { container: 'second' }), '');
  });
});

describe('probes and their grace', { concurrency: 8 }, () => {
  it('a liveness probe may have a grace of its own, shorter than the pod’s', async (t) => {
    const space = await (await cluster).space(t);
    await space.create({
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 600,
      containers: [space.sh(STUBBORN, { livenessProbe: probe('exit 1', { terminationGracePeriodSeconds: 1 }) })],
    });
    const pod = await space.until('pod', 'restarted', endedOnce);
    assert.equal(statusOf(pod).lastState.terminated.exitCode, 137);
  });

  it('a startup probe may have a grace of its own too', async (t) => {
    const space = await (await cluster).space(t);
    await space.create({
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 600,
      containers: [
        space.sh(STUBBORN, {
          startupProbe: probe('exit 1', { initialDelaySeconds: 1, terminationGracePeriodSeconds: 1 }),
        }),
      ],
    });
    const pod = await space.until('pod', 'restarted', endedOnce);
    assert.equal(statusOf(pod).lastState.terminated.exitCode, 137);
  });

  it('without its own, a probe that fails leaves the container the pod’s grace', async (t) => {
    const space = await (await cluster).space(t);
    const script = `trap 'sleep 2; exit 8' TERM; while :; do sleep 0.1; done`;
    await space.create({
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 60,
      containers: [space.sh(script, { livenessProbe: probe('exit 1', { initialDelaySeconds: 1 }) })],
    });
    const pod = await space.until('pod', 'restarted', endedOnce);
    assert.equal(statusOf(pod).lastState.terminated.exitCode, 8);
  });

  it('a container that is ended for its liveness is restarted under OnFailure, however well it ends', async (t) => {
    const space = await (await cluster).space(t);
    await space.create({
      restartPolicy: 'OnFailure',
      terminationGracePeriodSeconds: 60,
      containers: [space.sh(obeys(0), { livenessProbe: probe('exit 1', { initialDelaySeconds: 1 }) })],
    });
    const pod = await space.until('pod', 'restarted', endedOnce);
    assert.equal(statusOf(pod).lastState.terminated.exitCode, 0);
  });

  it('a startup probe holds back the readiness probe as well', async (t) => {
    const space = await (await cluster).space(t);
    const script = `sleep 2; touch ${AT}/e/up; while [ ! -e ${AT}/e/ready ]; do sleep 0.1; done; cat ${AT}/e/ready; exec sleep 1000`;
    const asked = `[ -e ${AT}/e/ready ] || { { [ -e ${AT}/e/up ] && echo after || echo before; } > ${AT}/e/asked; mv ${AT}/e/asked ${AT}/e/ready; }`;
    await space.create({
      containers: [
        space.sh(script, {
          volumeMounts,
          startupProbe: probe(`[ -e ${AT}/e/up ]`, { failureThreshold: 60 }),
          readinessProbe: probe(asked),
        }),
      ],
      volumes,
    });
    assert.deepEqual(await space.logUntil('pod', /after|before/), ['after']);
    await space.ready('pod');
    const early = space.history.filter((pod) => statusOf(pod)?.started === false);
    assert.ok(early.every((pod) => !isReady(pod)));
  });

  it('successThreshold: ready after that many successes in a row', async (t) => {
    const space = await (await cluster).space(t);
    const script = `while [ $(cat ${AT}/e/asked 2>/dev/null | wc -l) -lt 3 ]; do sleep 0.1; done; exec sleep 1000`;
    await space.create({
      containers: [
        space.sh(script, {
          volumeMounts,
          readinessProbe: probe(`echo x >> ${AT}/e/asked; cat ${AT}/e/asked`, { successThreshold: 3 }),
        }),
      ],
      volumes,
    });
    await space.ready('pod');
    const { code, stdout } = await space.cluster.kubectl([
      ...['-n', space.name, 'exec', 'pod', '--', 'sh', '-c', `cat ${AT}/e/asked | wc -l`],
    ]);
    assert.equal(code, 0);
    assert.ok(Number(stdout) >= 3, `asked ${stdout.trim()} times`);
  });

  it('each failure is an event that says which probe failed and how', async (t) => {
    const space = await (await cluster).space(t);
    await space.create({
      containers: [space.sh('exec sleep 1000', { readinessProbe: probe('echo not yet; exit 1') })],
    });
    const { message } = await space.event('pod', 'Unhealthy');
    assert.match(message, /^Readiness probe failed: not yet/);
  });
});
