/**
 * What only the local cluster can be asked, whatever KUBECONFIG says, because it is done to the processes of the control
 * plane and the kubelet: they are killed, stopped and started again, and the cases look at pids and at the kubelet's
 * state folder, which are of this kubelet alone. A real kubelet's survival is its own project's business; a silent node,
 * which can be had on both, is in node-outage.test.ts. Runs on a cluster of its own; each case leaves it well for the next.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it, type TestContext } from 'node:test';
import { Cluster, type LocalCluster, startLocalCluster } from './support/cluster.ts';
import { condition, eventually, isReady, type Json, type Space, statusOf } from './support/space.ts';

const started = startLocalCluster(`kubelet-${process.pid}`);
const cluster = started.then(({ kubeconfig }) => Cluster.connect(kubeconfig));
after(async () => {
  (await cluster.catch(() => undefined))?.http.close();
  await (await started.catch(() => undefined))?.down();
});

/** Of what was started again, as `restarted` says; the record in the state folder follows a moment later. */
const later = new Map<string, number>();

/** The pid of a process of the cluster now. */
const pidOf = ({ pids }: LocalCluster, name: string): number => later.get(name) ?? pids[name]!;

function restarted(local: LocalCluster, what: string): Promise<void> {
  return new Promise((resolve) => {
    local.onLine((line) => {
      if (line.type !== 'restarted' || line.what !== what) return;
      later.set(what, line.pid as number);
      resolve();
    });
  });
}

/** Kills a process of the cluster and waits until the supervisor has it back. */
async function kill(local: LocalCluster, name: string): Promise<void> {
  const back = restarted(local, name);
  process.kill(pidOf(local, name), 'SIGKILL');
  await back;
  const { http } = await cluster;
  await eventually('the API server answers', () =>
    http.json({ path: '/readyz', accept: 'text/plain' }).catch((error: Error) => {
      if (!/JSON/.test(error.message)) throw error;
    }),
  );
}

const alive = (pid: number) => {
  try {
    return !/^\d+ \(.*\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
};

/** A script that tells its pid first (`$$`, escaped for Kubernetes), so that a test can look for the process itself. */
const telling = (script: string) => `echo pid $$$$; ${script}`;
const pidIn = async (space: Space, name: string) =>
  Number(/pid (\d+)/.exec((await space.logUntil(name, /pid \d+\n/)).join('\n'))![1]);

async function spaceFor(t: TestContext): Promise<{ space: Space; local: LocalCluster }> {
  const [local, own] = await Promise.all([started, cluster]);
  return { local, space: await own.space(t) };
}

describe('the kubelet of the local cluster', { concurrency: 1 }, () => {
  it('killed with pods running: the next one takes them over, and knows what happened meanwhile', async (t) => {
    const { space, local } = await spaceFor(t);
    const wait = (name: string) => `while [ ! -e ${name} ]; do sleep 0.05; done`;
    await space.create({ name: 'stays', restartPolicy: 'Always', containers: [space.sh(telling('exec sleep 1000'))] });
    await space.create({ name: 'ends', containers: [space.sh(telling(`${wait('go')}; exit 3`))] });
    await space.create({
      name: 'deleted',
      containers: [space.sh(telling(`trap '' TERM; while :; do sleep 0.1; done`))],
    });
    await space.create({
      name: 'forced',
      containers: [space.sh(telling('exec sleep 1000'))],
      terminationGracePeriodSeconds: 600,
    });
    const names = ['stays', 'ends', 'deleted', 'forced'];
    const pids = Object.fromEntries(
      await Promise.all(names.map(async (name) => [name, await pidIn(space, name)] as const)),
    );

    // Stopped, the kubelet sees nothing of what follows; killed, it never will.
    const kubelet = pidOf(local, 'kubelet');
    process.kill(kubelet, 'SIGSTOP');
    const home = join(local.stateDir, 'kubelet/pods', space.pod('ends')!.metadata.uid, 'home');
    writeFileSync(join(home, 'go'), '');
    await eventually('the container has ended by itself', async () => assert.ok(!alive(pids.ends!)));
    await space.delete('deleted');
    await space.delete('forced', { gracePeriodSeconds: 0 });
    assert.ok(alive(pids.deleted!) && alive(pids.forced!) && alive(pids.stays!));
    await kill(local, 'kubelet');

    const ended = await space.ended('ends');
    assert.equal(statusOf(ended).state.terminated.exitCode, 3);
    await Promise.all([space.gone('deleted'), space.gone('forced')]);
    await eventually('their processes are gone', async () => assert.ok(!alive(pids.deleted!) && !alive(pids.forced!)));

    const { code, stdout } = await space.cluster.kubectl([
      '-n',
      space.name,
      'exec',
      'stays',
      '--',
      'sh',
      '-c',
      'echo in $HOSTNAME',
    ]);
    assert.deepEqual([code, stdout], [0, 'in stays\n']);
    assert.equal(await pidIn(space, 'stays'), pids.stays);
    assert.equal(statusOf(space.pod('stays')!).restartCount, 0);
    assert.ok(isReady(space.pod('stays')!));
    // What it took over it also looks after: the exit of a process that is not its child is noticed.
    process.kill(pids.stays!, 'SIGKILL');
    const again = await space.until(
      'stays',
      'restarted',
      (pod) => statusOf(pod).restartCount === 1 && statusOf(pod).state.running,
    );
    assert.equal(statusOf(again).lastState.terminated.exitCode, 137);
    assert.equal(await space.log('stays', { previous: true }), `pid ${pids.stays}\n`);
  });

  it('killed again and again while pods start: none runs twice, all run', async (t) => {
    const { space, local } = await spaceFor(t);
    const path = `/tmp/${space.name}`;
    const volumes = [{ name: 'h', hostPath: { path, type: 'DirectoryOrCreate' } }];
    const volumeMounts = [{ name: 'h', mountPath: '/h' }];
    const names = Array.from({ length: 24 }, (_, index) => `p${index}`);
    const creating = Promise.all(
      names.map((name) =>
        space.create({
          name,
          containers: [space.sh(`echo ran >> $FAULTFLIX_ROOT/h/${name}; sleep 0.5`, { volumeMounts })],
          volumes,
        }),
      ),
    );
    for (let round = 0; round < 4; round++) {
      await space.until(names[round * 6]!, 'seen', (pod) => pod.spec.nodeName);
      await kill(local, 'kubelet');
    }
    await creating;
    await Promise.all(names.map((name) => space.ended(name)));
    for (const name of names) {
      assert.equal(readFileSync(join(path, name), 'utf8'), 'ran\n', name);
      assert.equal(space.pod(name)!.status.phase, 'Succeeded', name);
    }
    await space.run(`rm -rf $(readlink -f $FAULTFLIX_ROOT/h)`, {
      name: 'cleaner',
      container: { volumeMounts },
      volumes,
    });
  });

  it('the API server killed: what happened meanwhile is told, and the watches go on', async (t) => {
    const { space, local } = await spaceFor(t);
    await space.create({
      name: 'restarts',
      restartPolicy: 'Always',
      containers: [space.sh(telling('exec sleep 1000'))],
    });
    await space.create({ name: 'ends', containers: [space.sh(telling('exec sleep 1000'))] });
    const [restarts, ends] = await Promise.all([pidIn(space, 'restarts'), pidIn(space, 'ends')]);
    const killing = kill(local, 'kube-apiserver');
    process.kill(restarts!, 'SIGKILL');
    process.kill(ends!, 'SIGKILL');
    await killing;
    const pod = await space.until(
      'restarts',
      'restarted',
      (seen) => statusOf(seen).restartCount === 1 && statusOf(seen).state.running,
    );
    assert.equal(statusOf(pod).lastState.terminated.exitCode, 137);
    assert.equal((await space.ended('ends')).status.phase, 'Failed');
    assert.equal((await space.run('echo new', { name: 'new' })).log, 'new\n');
  });

  it('behind by more than the API server remembers: it lists again and catches up', async (t) => {
    const { space, local } = await spaceFor(t);
    await space.create({ name: 'gone', containers: [space.sh(telling('exec sleep 1000'))] });
    await space.create({ name: 'kept', containers: [space.sh(telling('exec sleep 1000'))] });
    const [gone, kept] = await Promise.all([pidIn(space, 'gone'), pidIn(space, 'kept')]);
    const kubelet = pidOf(local, 'kubelet');
    process.kill(kubelet, 'SIGSTOP');
    await space.delete('gone', { gracePeriodSeconds: 0 });
    // A new API server's memory of changes begins at its start: a watch from before that is answered with 410 Gone.
    await kill(local, 'kube-apiserver');
    await space.create({ name: 'came', containers: [space.sh('echo here')] });
    process.kill(kubelet, 'SIGCONT');
    await space.ended('came');
    await eventually('the deleted pod is ended', async () => assert.ok(!alive(gone!)));
    assert.equal(pidOf(local, 'kubelet'), kubelet);
    assert.ok(alive(kept!));
  });

  it('a node that is deleted ends with its pods and stays away until the kubelet starts again', async (t) => {
    const { space, local } = await spaceFor(t);
    const { http } = await cluster;
    const nodeName = 'ap-south-1b-1';
    const path = `/api/v1/nodes/${nodeName}`;
    await space.create({ name: 'there', nodeName, containers: [space.sh(telling('exec sleep 1000'))] });
    await space.create({ name: 'elsewhere', nodeName: 'ap-south-1a-1', containers: [space.sh('exec sleep 1000')] });
    const [pid] = await Promise.all([pidIn(space, 'there'), space.running('elsewhere')]);
    await http.json({ method: 'DELETE', path });
    await space.gone('there');
    assert.ok(!alive(pid!));
    assert.ok(isReady(space.pod('elsewhere')!));
    const { items } = await http.json<{ items: Json[] }>({ path: '/api/v1/nodes' });
    assert.equal(items.length, 5);
    await kill(local, 'kubelet');
    const back = await eventually('the node is back', () => http.json<Json>({ path }));
    assert.equal(condition(back, 'Ready').status, 'True');
    await space.run('true', { name: 'again', nodeName });
  });

  it('told to end: ends all pods first, also those that ignore SIGTERM, and leaves no process', async (t) => {
    const { space, local } = await spaceFor(t);
    await space.create({
      name: 'stubborn',
      containers: [space.sh(telling(`trap '' TERM; while :; do sleep 0.1; done`))],
    });
    await space.create({
      name: 'fine',
      containers: [space.sh(telling(`trap 'exit 0' TERM; while :; do sleep 0.1; done`))],
    });
    const pids = await Promise.all([pidIn(space, 'stubborn'), pidIn(space, 'fine')]);
    const kubelet = pidOf(local, 'kubelet');
    const back = restarted(local, 'kubelet');
    process.kill(kubelet, 'SIGTERM');
    await eventually('it has ended', async () => assert.ok(!alive(kubelet)));
    for (const pid of pids) assert.ok(!alive(pid!));
    await back;
  });

  it('keeps no folder of a pod that is gone', async (t) => {
    const { space, local } = await spaceFor(t);
    await space.create({ containers: [space.sh('exec sleep 1000')] });
    const { metadata } = await space.running('pod');
    const folders = () => readdirSync(join(local.stateDir, 'kubelet/pods'));
    assert.ok(folders().includes(metadata.uid));
    await space.delete('pod', { gracePeriodSeconds: 1 });
    await space.gone('pod');
    assert.ok(!folders().includes(metadata.uid));
  });
});
