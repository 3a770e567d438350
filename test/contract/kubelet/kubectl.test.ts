import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { testCluster, unless } from './support/cluster.ts';
import { eventually, statusOf } from './support/space.ts';

const cluster = testCluster();
const AT = '$FAULTFLIX_ROOT';

describe('kubectl', { concurrency: 6 }, () => {
  it('logs: all, of a chosen container, the last lines, limited, with times', async (t) => {
    const space = await (await cluster).space(t);
    const script = 'for n in 1 2 3 4 5; do echo line $n; done; echo more; printf tail';
    await space.create({ containers: [space.sh(script), space.sh('echo other', { name: 'other' })] });
    await space.ended('pod');
    const logs = async (...args: string[]) =>
      (await space.cluster.kubectl(['-n', space.name, 'logs', 'pod', '-c', 'main', ...args])).stdout;
    const whole = 'line 1\nline 2\nline 3\nline 4\nline 5\nmore\ntail';
    assert.equal(await logs(), whole);
    assert.equal(await logs('--tail=2'), 'more\ntail');
    assert.equal(await logs('--tail=0'), '');
    assert.equal(await logs('--limit-bytes=10'), whole.slice(0, 10));
    assert.match(
      await logs('--timestamps', '--tail=3'),
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z line 5\n\S+Z more\n\S+Z tail$/,
    );
    const { stdout } = await space.cluster.kubectl(['-n', space.name, 'logs', 'pod', '-c', 'other']);
    assert.equal(stdout, 'other\n');
  });

  it('logs --since: what was written in that time, and nothing of a time to come', async (t) => {
    const space = await (await cluster).space(t);
    await space.create({ containers: [space.sh('echo old; echo new')] });
    await space.ended('pod');
    const logs = async (since: string) =>
      (await space.cluster.kubectl(['-n', space.name, 'logs', 'pod', since])).stdout;
    // Where the line is drawn between two lines: --since-time in logs.test.ts, which no slow machine moves.
    assert.equal(await logs('--since=1h'), 'old\nnew\n');
    assert.equal(await logs('--since-time=2100-01-01T00:00:00Z'), '');
  });

  it('logs -f: follows until the container ends', async (t) => {
    const space = await (await cluster).space(t);
    await space.create({ containers: [space.sh('for n in 1 2 3; do echo $n; sleep 0.5; done')] });
    await space.running('pod');
    const { code, stdout } = await space.cluster.kubectl(['-n', space.name, 'logs', '-f', 'pod']);
    assert.deepEqual([code, stdout], [0, '1\n2\n3\n']);
    assert.ok(statusOf(await space.ended('pod')).state.terminated);
  });

  it('logs -p: of the instance before; an error when there is none', async (t) => {
    const space = await (await cluster).space(t);
    const volumeMounts = [{ name: 'e', mountPath: '/e' }];
    const script = `if [ -e ${AT}/e/f ]; then echo second; exec sleep 1000; fi; touch ${AT}/e/f; echo first; exit 1`;
    await space.create({
      restartPolicy: 'Always',
      containers: [space.sh(script, { volumeMounts })],
      volumes: [{ name: 'e', emptyDir: {} }],
    });
    await space.until('pod', 'restarted', (pod) => statusOf(pod)?.restartCount === 1 && statusOf(pod).state.running);
    const previous = await space.cluster.kubectl(['-n', space.name, 'logs', '-p', 'pod']);
    assert.equal(previous.stdout, 'first\n');
    assert.deepEqual(await space.logUntil('pod', /second/), ['second']);
    await space.create({ name: 'fresh', containers: [space.sh('exec sleep 1000')] });
    await space.running('fresh');
    const none = await space.cluster.kubectl(['-n', space.name, 'logs', '-p', 'fresh']);
    assert.equal(none.code, 1);
    assert.match(none.stderr, /previous terminated container "main" in pod "fresh" not found/);
  });

  it('exec: output, errors and exit code, in the environment of the container', async (t) => {
    const space = await (await cluster).space(t);
    await space.create({ containers: [space.sh('exec sleep 1000', { env: [{ name: 'WHO', value: 'me' }] })] });
    await space.running('pod');
    const exec = (...args: string[]) => space.cluster.kubectl(['-n', space.name, 'exec', 'pod', ...args]);
    const ran = await exec('--', 'sh', '-c', 'echo out $WHO; echo err >&2; exit 3');
    assert.deepEqual([ran.code, ran.stdout], [3, 'out me\n']);
    assert.match(ran.stderr, /^err\n/);
    assert.equal((await exec('--', 'true')).code, 0);
    assert.match((await exec('--', '/no/such/program')).stderr, /no such file|ENOENT/);
    assert.match((await exec('-c', 'nope', '--', 'true')).stderr, /nope/);
  });

  it('exec -i: passes input of any size through, and its end', async (t) => {
    const space = await (await cluster).space(t);
    await space.create({ containers: [space.sh('exec sleep 1000')] });
    await space.running('pod');
    const input = 'x'.repeat(3_000_000);
    const { code, stdout } = await space.cluster.kubectl(
      ['-n', space.name, 'exec', '-i', 'pod', '--', 'sh', '-c', 'wc -c; cat'],
      { input },
    );
    assert.deepEqual([code, Number(stdout)], [0, input.length]);
    const back = await space.cluster.kubectl(['-n', space.name, 'exec', '-i', 'pod', '--', 'cat'], {
      input: 'round\ntrip',
    });
    assert.equal(back.stdout, 'round\ntrip');
  });

  it('top: what pods and nodes use', async (t) => {
    const space = await (await cluster).space(t);
    const groups = await space.cluster.http.json<{ groups: { name: string }[] }>({ path: '/apis' });
    const served = space.cluster.can.own || groups.groups.some(({ name }) => name === 'metrics.k8s.io');
    if (unless(t, served, 'nobody serves metrics.k8s.io on this cluster')) return;
    await space.create({ name: 'busy', labels: { app: 'busy' }, containers: [space.sh('while :; do :; done')] });
    await space.create({ name: 'idle', containers: [space.sh('exec sleep 1000')] });
    await Promise.all([space.running('busy'), space.running('idle')]);
    const millis = await eventually('usage of the busy pod', async () => {
      const { stdout, stderr } = await space.cluster.kubectl([
        '-n',
        space.name,
        'top',
        'pods',
        '--no-headers',
        '-l',
        'app=busy',
      ]);
      const [, cpu] = /^busy\s+(\d+)m\s+\d+Mi\s*$/.exec(stdout) ?? [];
      if (!cpu || cpu === '0') throw new Error(`${stdout}${stderr}`);
      return Number(cpu);
    });
    assert.ok(millis > 20, `${millis} m of a core for an endless loop`);
    const { stdout: all } = await space.cluster.kubectl([
      '-n',
      space.name,
      'top',
      'pods',
      '--no-headers',
      '--containers',
    ]);
    assert.match(all, /^idle\s+main\s+0m/m);
    await space.delete('busy', { gracePeriodSeconds: 0 });
    assert.match(
      (await space.cluster.kubectl(['top', 'nodes'])).stdout,
      new RegExp(`^${space.pod('idle')!.spec.nodeName}\\s+\\d+m`, 'm'),
    );
  });

  it('delete --force: returns at once and the pod is gone', async (t) => {
    const space = await (await cluster).space(t);
    const script = `trap '' TERM; echo up; while :; do sleep 0.1; done`;
    await space.create({ terminationGracePeriodSeconds: 600, containers: [space.sh(script)] });
    await space.logUntil('pod', /up/);
    const { code } = await space.cluster.kubectl([
      '-n',
      space.name,
      'delete',
      'pod',
      'pod',
      '--force',
      '--grace-period=0',
    ]);
    assert.equal(code, 0);
    await space.gone('pod');
  });

  it('describe: tells what happened to the pod', async (t) => {
    const space = await (await cluster).space(t);
    await space.create({ containers: [space.sh('exec sleep 1000')] });
    await space.running('pod');
    await eventually('its events', async () => {
      const { stdout } = await space.cluster.kubectl(['-n', space.name, 'describe', 'pod', 'pod']);
      assert.match(stdout, /Normal\s+Started\s.*Started container main|Container started/);
    });
  });
});
