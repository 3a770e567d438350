/** The Docker of the tests' own: it comes and goes with its command, and the machine is as before. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

const SCRIPT = join(import.meta.dirname, 'with-docker');
const BOUND_MS = 60_000;
const NOBODY = 65_534;

const skip = process.env.FAULTFLIX_DOCKER_NETNS ? false : 'this machine runs the tests on a Docker of its own';

describe('with-docker', { skip, timeout: 4 * BOUND_MS }, () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'faultflix-with-docker-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  function start(args: readonly string[], user?: number): ChildProcess {
    const env = { ...process.env, TMPDIR: folder, FAULTFLIX_DOCKER_NETNS: undefined, DOCKER_HOST: undefined };
    const as = user === undefined ? {} : { uid: user, gid: user };
    return spawn('bash', [SCRIPT, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'], ...as });
  }

  async function ran(args: readonly string[], user?: number) {
    const child = start(args, user);
    const said = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const) child[stream]!.on('data', (text) => (said[stream] += text));
    const [code] = await once(child, 'close');
    return { code, ...said };
  }

  /** Its network namespace's process and its socket, once the command within runs. */
  async function running(child: ChildProcess) {
    const [line] = (await once(createInterface({ input: child.stdout! }), 'line')) as [string];
    const [namespace, host] = line.split(' ') as [string, string];
    return { process: namespace.replace('/ns/net', ''), folder: dirname(host.replace('unix://', '')) };
  }
  const STAY = ['sh', '-c', 'echo $FAULTFLIX_DOCKER_NETNS $DOCKER_HOST; exec sleep 600'];

  it('gives its command a Docker that answers, passes on the exit code, and leaves the machine as it was', async () => {
    const machine = await look();
    const { code, stdout } = await ran(['sh', '-c', 'docker version --format "{{.Server.Os}}"; exit 7']);
    assert.deepEqual({ code, stdout }, { code: 7, stdout: 'linux\n' });
    assert.deepEqual(await readdir(folder), []);
    assert.deepEqual(await look(), machine);
  });

  it('ends all of it when it is told to', async () => {
    const child = start(STAY);
    const docker = await running(child);
    child.kill('SIGTERM');
    const [code] = await once(child, 'close');
    assert.equal(code, 128 + 15);
    assert.equal(existsSync(docker.process), false);
    assert.deepEqual(await readdir(folder), []);
  });

  it('takes its Docker along when it is killed; the next one clears the folder away', async () => {
    const child = start(STAY);
    const docker = await running(child);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const boundMs = performance.now() + BOUND_MS;
    while (existsSync(docker.process) && performance.now() < boundMs) await sleep(20); // nobody's child any more
    assert.equal(existsSync(docker.process), false);
    assert.equal(existsSync(docker.folder), true);
    assert.equal((await ran(['true'])).code, 0);
    assert.deepEqual(await readdir(folder), []);
  });

  it('refuses without root, in one line; with --or-without it goes on', async () => {
    const refused = await ran(['echo', 'ran'], NOBODY);
    assert.deepEqual([refused.code, refused.stdout], [3, '']);
    assert.match(refused.stderr, /^with-docker: no Docker: .* need root\. .*\n$/);
    const without = await ran(['--or-without', 'sh', '-c', 'echo ran; exit 5'], NOBODY);
    assert.deepEqual([without.code, without.stdout], [5, 'ran\n']);
    assert.equal(without.stderr, refused.stderr);
  });
});

/** What a dockerd in the machine's own namespaces would have changed. */
async function look() {
  const read = (path: string) => readFile(path, 'utf8');
  const interfaces = (await read('/proc/net/dev')).match(/^\s*[\w.@-]+(?=:)/gm);
  const mounts = (await read('/proc/self/mountinfo')).split('\n').filter((line) => line.includes('docker'));
  return {
    forwards: await read('/proc/sys/net/ipv4/ip_forward'),
    interfaces,
    mounts,
    tables: await read('/proc/net/ip_tables_names').catch(() => ''),
  };
}
