import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { succeed } from './repository.ts';

/** Why there can be no containerd of a test's own here, or false. */
export const noContainerd = ((): string | false => {
  if (process.platform !== 'linux') return 'containerd runs on Linux';
  if (process.getuid?.() !== 0) return 'mounting an image wants root';
  for (const program of ['containerd', 'ctr', 'unshare', 'nsenter', 'chroot']) {
    if (spawnSync(program, ['--version']).error) return `${program} is not installed`;
  }
  const unshared = spawnSync('unshare', ['--mount', '--pid', '--fork', '--kill-child', 'true']);
  return unshared.status === 0 ? false : 'no mount and pid namespace can be made here';
})();

export interface Containerd {
  readonly socket: string;
  ctr(...args: readonly string[]): Promise<string>;
  /** Mounts an image read-only and runs a program of it as a user. Resolves to its exit code and what it said. */
  run(reference: string, command: readonly string[], user?: string): Promise<Ran>;
}

export interface Ran {
  readonly code: number | null;
  readonly said: string;
}

/** A containerd in mount and pid namespaces of its own, so that all that it mounts and starts is gone with it. */
export async function startContainerd(onEnd: (end: () => Promise<void>) => void): Promise<Containerd> {
  const folder = await mkdtemp(join(tmpdir(), 'faultflix-images-'));
  const socket = join(folder, 'containerd.sock');
  const config = join(folder, 'config.toml');
  await writeFile(
    config,
    `version = 2
root = "${folder}/root"
state = "${folder}/state"
disabled_plugins = ["io.containerd.grpc.v1.cri"]
[grpc]
  address = "${socket}"
[ttrpc]
  address = "${socket}.ttrpc"
`,
  );
  const args = ['--mount', '--pid', '--fork', '--kill-child', 'containerd', '--config', config, '--log-level', 'warn'];
  const child = spawn('unshare', args, { stdio: ['ignore', 'ignore', 'inherit'] });
  onEnd(async () => {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  });
  const inside = await innerOf(child);
  const ctr = (...rest: readonly string[]) => succeed('ctr', ['--address', socket, '--namespace', 'k8s.io', ...rest]);
  for (let turn = 0; !existsSync(socket); turn++) {
    if (child.exitCode !== null || turn > 1_000) throw new Error('containerd did not start');
    await sleep(20);
  }
  await ctr('version');
  let mounts = 0;
  return {
    socket,
    ctr,
    async run(reference, command, user = '10001:10001') {
      const root = join(folder, `mount-${mounts++}`);
      await mkdir(root);
      const enter = ['--target', String(inside), '--mount'];
      const mount = ['ctr', '--address', socket, '--namespace', 'k8s.io', 'images', 'mount', reference, root];
      await succeed('nsenter', [...enter, ...mount]);
      return told('nsenter', [...enter, 'chroot', `--userspec=${user}`, root, ...command]);
    },
  };
}

async function innerOf(child: ChildProcess): Promise<number> {
  for (let turn = 0; turn < 500; turn++) {
    const [inner] = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').split(' ').filter(Boolean);
    if (inner) return Number(inner);
    await sleep(10);
  }
  throw new Error('unshare started nothing');
}

async function told(command: string, args: readonly string[]): Promise<Ran> {
  // Nothing of this process's environment: what a container has is what its image and its pod say.
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH },
    timeout: 60_000,
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  }
  const [code] = await once(child, 'close');
  return { code: code as number | null, said };
}
