import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { testCluster } from './support/cluster.ts';
import { type Space, statusOf } from './support/space.ts';
import { terminal } from './support/terminal.ts';

const cluster = testCluster();
const kubectl = (space: Space, ...args: string[]) => space.cluster.kubectl(['-n', space.name, ...args]);
const idle = 'trap "exit 0" TERM; while :; do sleep 0.1; done';

describe('exec', { concurrency: 4 }, () => {
  it('has a terminal with -t, of the size of the caller, which follows a resize', async (t) => {
    const space = await (await cluster).space(t);
    await space.create({ containers: [space.sh(idle)] });
    await space.running('pod');
    const tty = await terminal(space, 'pod', ['sh'], { rows: 30, columns: 100 });
    tty.write('tty; until [ "$(stty size)" = "30 100" ]; do sleep 0.1; done; echo is 30""x100\n');
    await tty.until(/\/dev\/(pts\/|console)\S*\s+is 30x100/);
    tty.resize({ rows: 41, columns: 123 });
    tty.write('until [ "$(stty size)" = "41 123" ]; do sleep 0.1; done; echo is 41""x123\n');
    await tty.until(/is 41x123/);
    tty.write('exit 7\n');
    assert.equal(await tty.exitCode, 7);
  });

  it('interrupts with Ctrl-C what runs in its terminal', async (t) => {
    const space = await (await cluster).space(t);
    await space.create({ containers: [space.sh(idle)] });
    await space.running('pod');
    const script = 'trap "echo caught; exit 9" INT; echo set up; while :; do sleep 0.1; done';
    const tty = await terminal(space, 'pod', ['sh', '-c', script], { rows: 24, columns: 80 });
    await tty.until(/set up/);
    tty.write('\x03');
    await tty.until(/caught/);
    assert.equal(await tty.exitCode, 9);
  });

  it('ends with the exit code of the command, of a signal too', async (t) => {
    const space = await (await cluster).space(t);
    await space.create({ containers: [space.sh(idle)] });
    await space.running('pod');
    const codes = await Promise.all(
      ['exit 0', 'exit 1', 'exit 255', 'kill -KILL $$', 'kill -TERM $$'].map(
        async (script) => (await kubectl(space, 'exec', 'pod', '--', 'sh', '-c', script)).code,
      ),
    );
    assert.deepEqual(codes, [0, 1, 255, 137, 143]);
  });

  it('goes to the container that is named, to the default one else', async (t) => {
    const space = await (await cluster).space(t);
    const env = (value: string) => [{ name: 'WHO', value }];
    await space.create({
      annotations: { 'kubectl.kubernetes.io/default-container': 'b' },
      containers: [space.sh(idle, { name: 'a', env: env('a') }), space.sh(idle, { name: 'b', env: env('b') })],
    });
    await space.until(
      'pod',
      'both run',
      (pod) => statusOf(pod, 'a')?.state.running && statusOf(pod, 'b')?.state.running,
    );
    assert.equal((await kubectl(space, 'exec', 'pod', '-c', 'a', '--', 'printenv', 'WHO')).stdout, 'a\n');
    assert.equal((await kubectl(space, 'exec', 'pod', '--', 'printenv', 'WHO')).stdout, 'b\n');
  });

  it('refuses a container that has ended, and a pod that has', async (t) => {
    const space = await (await cluster).space(t);
    await space.create({ containers: [space.sh(idle, { name: 'runs' }), space.sh('exit 0', { name: 'short' })] });
    await space.until('pod', 'one ended', (pod) => statusOf(pod, 'short')?.state.terminated);
    const ended = await kubectl(space, 'exec', 'pod', '-c', 'short', '--', 'true');
    assert.equal(ended.code, 1);
    assert.match(ended.stderr, /container not found \("short"\)/);
    await space.run('true', { name: 'over' });
    assert.match(
      (await kubectl(space, 'exec', 'over', '--', 'true')).stderr,
      /cannot exec into a container in a completed pod/,
    );
  });

  it('carries megabytes of output and errors, each in its own stream', async (t) => {
    const space = await (await cluster).space(t);
    await space.create({ containers: [space.sh(idle)] });
    await space.running('pod');
    // It lives a little longer than its output: what is under way when a process ends, a real kubelet may cut off.
    const script = 'seq 1 700000; seq 1 100000 >&2; sleep 3';
    const { code, stdout, stderr } = await space.cluster.kubectl(
      ['-n', space.name, 'exec', 'pod', '--', 'sh', '-c', script],
      { maxBuffer: 64 * 1024 * 1024 },
    );
    const numbers = (count: number) => `${Array.from({ length: count }, (_, index) => index + 1).join('\n')}\n`;
    const sum = (text: string) => createHash('sha256').update(text).digest('hex');
    assert.deepEqual([code, sum(stdout), sum(stderr)], [0, sum(numbers(700_000)), sum(numbers(100_000))]);
  });

  it('ends what it started when the container ends', async (t) => {
    const space = await (await cluster).space(t);
    await space.create({ containers: [space.sh(idle)] });
    await space.running('pod');
    const exec = kubectl(space, 'exec', 'pod', '--', 'sh', '-c', 'echo started; exec sleep 1000');
    await space.delete('pod', { gracePeriodSeconds: 1 });
    const { code } = await exec;
    assert.notEqual(code, 0);
    await space.gone('pod');
  });

  it('copies a file there and back with kubectl cp', async (t) => {
    const space = await (await cluster).space(t);
    await space.create({ containers: [space.sh(idle)] });
    await space.running('pod');
    const { code } = await kubectl(space, 'exec', 'pod', '--', 'sh', '-c', 'command -v tar');
    if (code !== 0) return t.skip('the image has no tar, which kubectl cp needs');
    const { mkdtempSync, readFileSync, rmSync, writeFileSync } = await import('node:fs');
    const folder = mkdtempSync('/tmp/contract-cp-');
    t.after(() => rmSync(folder, { recursive: true }));
    const content = 'some\0bytes\n'.repeat(100_000);
    writeFileSync(`${folder}/there`, content);
    const { stdout: home } = await kubectl(space, 'exec', 'pod', '--', 'sh', '-c', 'mktemp -d');
    const remote = `${space.name}/pod:${home.trim()}/file`;
    const there = await space.cluster.kubectl(['cp', `${folder}/there`, remote]);
    assert.equal(there.code, 0, there.stderr);
    const back = await space.cluster.kubectl(['cp', remote, `${folder}/back`]);
    assert.equal(back.code, 0, back.stderr);
    assert.equal(readFileSync(`${folder}/back`, 'utf8'), content);
  });
});
