import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { testCluster } from './support/cluster.ts';
import { type Space, statusOf } from './support/space.ts';

const cluster = testCluster();
const AT = '$FAULTFLIX_ROOT';
const volumeMounts = [{ name: 'e', mountPath: '/e' }];
const volumes = [{ name: 'e', emptyDir: {} }];
const exec = (script: string) => ({ command: ['sh', '-c', script] });
/** Time from the first request to the end of the container, by the API's clock of whole seconds. */
const endedAfterMs = (space: Space, name = 'pod') => {
  const of = space.history.filter((pod) => pod.metadata.name === name);
  const { deletionTimestamp, deletionGracePeriodSeconds } = of.find((pod) => pod.metadata.deletionTimestamp)!.metadata;
  const requestedMs = Date.parse(deletionTimestamp) - deletionGracePeriodSeconds * 1_000;
  const { finishedAt } = statusOf(of.findLast((pod) => statusOf(pod)?.state.terminated)!).state.terminated;
  return Date.parse(finishedAt) - requestedMs;
};
const lastWithEnd = (space: Space) => space.history.findLast((pod) => statusOf(pod)?.state.terminated)!;

/** A folder of the node, in which a container leaves a trace and where others of the same node can look for it. */
function traces(space: Space) {
  const pod = { volumes: [{ name: 'h', hostPath: { path: '/tmp', type: 'Directory' } }] };
  const container = { volumeMounts: [{ name: 'h', mountPath: '/h' }] };
  const folder = `${AT}/h/${space.name}`;
  /** Whether `file` still changes, asked up to so many times from another pod of the node; then the folder is removed. */
  const grows = async (nodeName: string, file: string, times = 1) => {
    const size = `$(wc -c < ${folder}/${file})`;
    const look = `a=${size}; sleep 1; [ $a = ${size} ] && { echo still; break; }`;
    const script = `i=0; while [ $i -lt ${times} ]; do i=$((i+1)); ${look}; [ $i = ${times} ] && echo grows; done; rm -rf ${folder}`;
    const { log } = await space.run(script, { name: 'observer', nodeName, container, ...pod });
    return log.trim();
  };
  return { pod, container, folder, grows };
}

describe('termination', { concurrency: 6 }, () => {
  it('sends SIGTERM and lets the container end by itself, reports how it ended, then the pod is gone', async (t) => {
    const space = await (await cluster).space(t);
    const script = `trap 'sleep 0.5; exit 7' TERM; echo up; while :; do sleep 0.1; done`;
    await space.create({ terminationGracePeriodSeconds: 60, containers: [space.sh(script)] });
    await space.logUntil('pod', /up/);
    await space.delete('pod');
    await space.gone('pod');
    const last = lastWithEnd(space);
    assert.equal(statusOf(last).state.terminated.exitCode, 7);
    assert.ok(endedAfterMs(space) < 60_000);
    assert.equal(last.status.phase, 'Failed');
  });

  it('kills a container that ignores SIGTERM when its grace is over, not earlier', async (t) => {
    const space = await (await cluster).space(t);
    const script = `trap '' TERM; echo up; while :; do sleep 0.1; done`;
    await space.create({ terminationGracePeriodSeconds: 3, containers: [space.sh(script)] });
    await space.logUntil('pod', /up/);
    await space.delete('pod');
    await space.gone('pod');
    const last = lastWithEnd(space);
    assert.equal(statusOf(last).state.terminated.exitCode, 137);
    assert.ok(endedAfterMs(space) >= 2_000, `ended after ${endedAfterMs(space)} ms`);
  });

  it('takes the grace of the deletion rather than that of the pod', async (t) => {
    const space = await (await cluster).space(t);
    const script = `trap '' TERM; echo up; while :; do sleep 0.1; done`;
    await space.create({ terminationGracePeriodSeconds: 600, containers: [space.sh(script)] });
    await space.logUntil('pod', /up/);
    await space.delete('pod', { gracePeriodSeconds: 1 });
    await space.gone('pod');
  });

  it('does not cut a grace short that has begun, whatever a second deletion asks', async (t) => {
    const space = await (await cluster).space(t);
    // It needs longer than the second deletion's grace, and says so when it got it.
    const script = `trap 'echo term; sleep 5; echo in peace; exit 0' TERM; echo up; while :; do sleep 0.1; done`;
    await space.create({ terminationGracePeriodSeconds: 600, containers: [space.sh(script)] });
    await space.logUntil('pod', /up/);
    await space.delete('pod', { gracePeriodSeconds: 300 });
    const end = space.logUntil('pod', /in peace/);
    await space.logUntil('pod', /term/);
    await space.delete('pod', { gracePeriodSeconds: 1 });
    await end;
    await space.gone('pod');
  });

  it('kills what the container started, though it left its session and ignores SIGTERM', async (t) => {
    const space = await (await cluster).space(t);
    const { pod, container, folder, grows } = traces(space);
    const beat = `trap "" TERM HUP; while :; do echo x >> ${folder}/beat; sleep 0.05; done`;
    const script = `mkdir ${folder}; setsid sh -c '${beat}' & (setsid sh -c '${beat}' &) ; while [ ! -s ${folder}/beat ]; do sleep 0.1; done; echo up; exec sleep 1000`;
    await space.create({ containers: [space.sh(script, container)], ...pod });
    await space.logUntil('pod', /up/);
    const nodeName = space.pod('pod')!.spec.nodeName;
    await space.delete('pod');
    await space.gone('pod');
    assert.equal(await grows(nodeName, 'beat'), 'still');
  });

  it('kills what a container left behind when its main process ends', async (t) => {
    const space = await (await cluster).space(t);
    const { pod, container, folder, grows } = traces(space);
    const beat = `while :; do echo x >> ${folder}/beat; sleep 0.05; done`;
    const script = `mkdir ${folder}; setsid sh -c '${beat}' >/dev/null 2>&1 & while [ ! -s ${folder}/beat ]; do sleep 0.1; done; exit 0`;
    await space.create({ containers: [space.sh(script, container)], ...pod });
    const ended = await space.ended('pod');
    assert.equal(await grows(ended.spec.nodeName, 'beat'), 'still');
  });

  it('deletes by force at once: the object goes first, and the processes die', async (t) => {
    const space = await (await cluster).space(t);
    const { pod, container, folder, grows } = traces(space);
    const script = `trap '' TERM; mkdir ${folder}; echo up; while :; do echo x >> ${folder}/beat; sleep 0.05; done`;
    await space.create({ terminationGracePeriodSeconds: 600, containers: [space.sh(script, container)], ...pod });
    await space.logUntil('pod', /up/);
    const nodeName = space.pod('pod')!.spec.nodeName;
    await space.delete('pod', { gracePeriodSeconds: 0 });
    await space.gone('pod');
    // Nobody waits for the node here: it hears of it a moment later and kills after the least grace.
    assert.equal(await grows(nodeName, 'beat', 30), 'still');
  });

  it('preStop exec runs to its end before SIGTERM', async (t) => {
    const space = await (await cluster).space(t);
    const lifecycle = { preStop: { exec: exec(`sleep 0.5; touch ${AT}/e/hook`) } };
    const script = `trap 'ls ${AT}/e; exit 0' TERM; echo up; while :; do sleep 0.05; done`;
    await space.create({
      terminationGracePeriodSeconds: 30,
      containers: [space.sh(script, { lifecycle, volumeMounts })],
      volumes,
    });
    await space.logUntil('pod', /up/);
    const said = space.logUntil('pod', /hook/);
    await space.delete('pod');
    assert.deepEqual(await said, ['up', 'hook']);
    await space.gone('pod');
  });

  it('preStop httpGet and sleep', async (t) => {
    const space = await (await cluster).space(t);
    const script = `process.on('SIGTERM', () => { console.log('term'); process.exit(0); });
      require('http').createServer((q, r) => { console.log('hook', q.url); r.end(); }).listen(8080, HOST, () => console.log('up'));`;
    const get = { preStop: { httpGet: { port: 8080, path: '/bye' } } };
    await space.create({
      name: 'get',
      terminationGracePeriodSeconds: 30,
      containers: [space.node(script, { lifecycle: get })],
    });
    const sleeper = space.sh(`trap 'exit 0' TERM; echo up; while :; do sleep 0.05; done`, {
      lifecycle: { preStop: { sleep: { seconds: 2 } } },
    });
    await space.create({ name: 'sleep', terminationGracePeriodSeconds: 30, containers: [sleeper] });
    await Promise.all([space.logUntil('get', /up/), space.logUntil('sleep', /up/)]);
    const { promise: following, resolve: onFirst } = Promise.withResolvers<void>();
    const said = space.logUntil('get', /term/, {}, onFirst);
    await following;
    await Promise.all([space.delete('get'), space.delete('sleep')]);
    assert.deepEqual(await said, ['up', 'hook /bye', 'term']);
    await Promise.all([space.gone('get'), space.gone('sleep')]);
    assert.ok(endedAfterMs(space, 'sleep') >= 1_000, `ended after ${endedAfterMs(space, 'sleep')} ms`);
  });

  it('a preStop that outlasts the grace is cut off; the container still gets its SIGTERM', async (t) => {
    const space = await (await cluster).space(t);
    const lifecycle = { preStop: { exec: exec('sleep 100') } };
    const script = `trap 'echo term; exit 0' TERM; echo up; while :; do sleep 0.05; done`;
    await space.create({ terminationGracePeriodSeconds: 1, containers: [space.sh(script, { lifecycle })] });
    await space.logUntil('pod', /up/);
    const said = space.logUntil('pod', /term/);
    await space.delete('pod');
    assert.deepEqual(await said, ['up', 'term']);
    await space.gone('pod');
  });

  it('removes a pod that waits for its next restart, or for its init containers, or for an image', async (t) => {
    const space = await (await cluster).space(t);
    await space.create({ name: 'crash', restartPolicy: 'Always', containers: [space.sh('exit 1')] });
    await space.create({
      name: 'init',
      initContainers: [space.sh('exec sleep 1000', { name: 'i' })],
      containers: [space.sh('echo never')],
    });
    await space.create({ name: 'image', containers: [{ ...space.sh(''), image: 'faultflix.invalid/none:1' }] });
    await space.until('crash', 'crash loop', (pod) => statusOf(pod)?.state.waiting?.reason === 'CrashLoopBackOff');
    await space.until('init', 'init running', (pod) => statusOf(pod, 'i')?.state.running);
    await space.until('image', 'image error', (pod) => /Image/.test(statusOf(pod)?.state.waiting?.reason));
    for (const name of ['crash', 'init', 'image']) await space.delete(name);
    for (const name of ['crash', 'init', 'image']) await space.gone(name);
    assert.equal(statusOf(space.last('crash')).state.running, undefined);
  });
});
