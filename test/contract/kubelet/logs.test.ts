import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { testCluster, unless } from './support/cluster.ts';
import { askKubelet } from './support/kubelet-api.ts';
import { eventually, type Space, statusOf } from './support/space.ts';
import { AT, mount } from './support/volumes.ts';

const cluster = testCluster();
const kubectl = (space: Space, ...args: string[]) => space.cluster.kubectl(['-n', space.name, ...args]);
const MEGABYTE = 1024 * 1024;
/** More than this to write for one case would be a burden on somebody's cluster. */
const MOST_ROTATED_BYTES = 20 * MEGABYTE;

/** All lines of a log that is followed until its container ends. */
async function followedToEnd(space: Space, pod: string): Promise<string[]> {
  const idleTimeoutMs = 90_000;
  const response = await space.cluster.http.open({
    path: space.path(`pods/${pod}/log`),
    query: { follow: true },
    idleTimeoutMs,
  });
  const chunks: string[] = [];
  for await (const chunk of response.setEncoding('utf8')) chunks.push(chunk);
  return chunks.join('').split('\n').filter(Boolean);
}

describe('logs', { concurrency: 4 }, () => {
  it('keeps stdout and stderr, and a last line without its end', async (t) => {
    const space = await (await cluster).space(t);
    const { log } = await space.run('echo out; echo err >&2; sleep 0.5; printf end');
    assert.deepEqual(log.split('\n').sort(), ['end', 'err', 'out']);
  });

  it('--since-time: from the line of that time on, of lines that tell their times', async (t) => {
    const space = await (await cluster).space(t);
    await space.create({ containers: [space.sh('for n in 1 2 3 4; do echo line $n; sleep 1.2; done')] });
    await space.ended('pod');
    const { stdout } = await kubectl(space, 'logs', 'pod', '--timestamps');
    const times = stdout
      .trim()
      .split('\n')
      .map((line) => line.split(' ')[0]!);
    assert.deepEqual([times.length, times.toSorted()], [4, times]);
    assert.equal((await kubectl(space, 'logs', 'pod', `--since-time=${times[2]}`)).stdout, 'line 3\nline 4\n');
  });

  it('-f --tail: begins with the last lines and goes on', async (t) => {
    const space = await (await cluster).space(t);
    const script = `echo 1; echo 2; echo 3; until [ -e ${AT}/e/go ]; do sleep 0.1; done; echo 4`;
    const volumes = [{ name: 'e', emptyDir: {} }];
    await space.create({ containers: [space.sh(script, { volumeMounts: [mount('e', '/e')] })], volumes });
    await space.logUntil('pod', /3\n/);
    const following = space.logUntil('pod', /4\n/, { tailLines: 1 }, () => {
      void kubectl(space, 'exec', 'pod', '--', 'sh', '-c', `touch ${AT}/e/go`);
    });
    assert.deepEqual(await following, ['3', '4']);
  });

  it('--limit-bytes counts the bytes that are shown', async (t) => {
    const space = await (await cluster).space(t);
    await space.run('for n in 1 2 3 4 5; do echo 0123456789; done');
    assert.equal((await kubectl(space, 'logs', 'pod', '--limit-bytes=15')).stdout, '0123456789\n0123');
    assert.equal((await kubectl(space, 'logs', 'pod', '--limit-bytes=5', '--tail=1')).stdout, '01234');
  });

  it('--all-containers --prefix: of init containers and main ones, each line with its origin', async (t) => {
    const space = await (await cluster).space(t);
    await space.create({
      initContainers: [space.sh('echo from init', { name: 'i' })],
      containers: [space.sh('echo from a', { name: 'a' }), space.sh('echo from b', { name: 'b' })],
    });
    await space.ended('pod');
    const { stdout } = await kubectl(space, 'logs', 'pod', '--all-containers', '--prefix');
    assert.deepEqual(stdout.trim().split('\n').sort(), [
      '[pod/pod/a] from a',
      '[pod/pod/b] from b',
      '[pod/pod/i] from init',
    ]);
    assert.equal((await kubectl(space, 'logs', 'pod', '-c', 'i')).stdout, 'from init\n');
  });

  it('shows the log of an init container that runs, and says that the main one waits', async (t) => {
    const space = await (await cluster).space(t);
    await space.create({
      initContainers: [space.sh('echo working; exec sleep 1000', { name: 'i' })],
      containers: [space.sh('echo never')],
    });
    await space.logUntil('pod', /working/, { container: 'i' });
    const { code, stderr } = await kubectl(space, 'logs', 'pod', '-c', 'main');
    assert.equal(code, 1);
    assert.match(stderr, /container "main" in pod "pod" is waiting to start: PodInitializing/);
    const none = await kubectl(space, 'logs', 'pod', '-c', 'nope');
    assert.match(none.stderr, /container nope is not valid for pod pod/);
  });

  it('of several pods by their label', async (t) => {
    const space = await (await cluster).space(t);
    for (const name of ['one', 'two'])
      await space.create({ name, labels: { app: 'x' }, containers: [space.sh(`echo of ${name}`)] });
    await Promise.all([space.ended('one'), space.ended('two')]);
    const { stdout } = await kubectl(space, 'logs', '-l', 'app=x');
    assert.deepEqual(stdout.trim().split('\n').sort(), ['of one', 'of two']);
  });

  it('--previous: the log of the instance before, while its follower waits to start again', async (t) => {
    const space = await (await cluster).space(t);
    const script = `n=$(cat ${AT}/e/n 2>/dev/null || echo 0); echo $((n + 1)) > ${AT}/e/n; echo run $n; [ $n -lt 2 ] && exit 1; exec sleep 1000`;
    await space.create({
      restartPolicy: 'Always',
      containers: [space.sh(script, { volumeMounts: [mount('e', '/e')] })],
      volumes: [{ name: 'e', emptyDir: {} }],
    });
    await space.until(
      'pod',
      'restarted twice',
      (pod) => statusOf(pod)?.restartCount === 2 && statusOf(pod).state.running,
    );
    await space.logUntil('pod', /run 2/);
    assert.equal((await kubectl(space, 'logs', 'pod', '--previous')).stdout, 'run 1\n');
  });

  it('is rotated when it grows, shows what came since, and a follower misses nothing', async (t) => {
    const space = await (await cluster).space(t);
    const [node] = space.cluster.nodes;
    const { kubeletconfig } = JSON.parse(await askKubelet(space.cluster, node!, '/configz'));
    const { containerLogMaxSize, containerLogMonitorInterval } = kubeletconfig;
    const bytes = Number.parseInt(containerLogMaxSize, 10) * MEGABYTE;
    const apt = /^\d+Mi$/.test(containerLogMaxSize) && bytes <= MOST_ROTATED_BYTES;
    const why = `the node rotates logs at ${containerLogMaxSize}: more than a test should write`;
    if (unless(t, apt && /^\d+s$/.test(containerLogMonitorInterval), why)) return;
    const LINE = 1_000;
    const lines = Math.ceil((bytes * 1.1) / LINE);
    const filler = 'x'.repeat(LINE - 10);
    const script = `seq -f '%08.0f ${filler}' 1 ${lines}; until [ -e ${AT}/e/go ]; do sleep 0.1; done; echo after; echo last`;
    const volumes = [{ name: 'e', emptyDir: {} }];
    await space.create({
      nodeName: node!,
      containers: [space.sh(script, { volumeMounts: [mount('e', '/e')] })],
      volumes,
    });
    await space.running('pod');
    const following = followedToEnd(space, 'pod');
    await eventually('the log is rotated', async () => {
      const shown = await space.log('pod', { limitBytes: 8 });
      assert.ok(shown !== '00000001', 'the first line is still shown');
    });
    await kubectl(space, 'exec', 'pod', '--', 'sh', '-c', `touch ${AT}/e/go`);
    const all = await following;
    assert.equal(all.length, lines + 2);
    const wrong = all.slice(0, lines).findIndex((line, index) => Number(line.slice(0, 8)) !== index + 1);
    assert.equal(wrong, -1, `line ${wrong + 1}: ${all[wrong]?.slice(0, 20)}`);
    await space.ended('pod');
    assert.match(await space.log('pod'), /after\nlast\n$/);
  });
});
