/** Unpacks images into a containerd's root folder: the first program in namespaces of its own. Started by template.ts. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { asFaultflixError } from '#base/errors.ts';
import { command } from '../command.ts';
import { Kept } from '../kept.ts';
import { type NodeSays, say } from '../lines.ts';
import { CONTAINERD_SOCKET, containerdConfig } from '../node/files.ts';
import { startContainerd } from '../node/runtime.ts';

export interface UnpackOrder {
  readonly work: string;
  readonly archives: readonly string[];
}

const GRACE_MS = 10_000;
const tell = (message: NodeSays) => say(process.stdout, message);
const { work, archives } = JSON.parse(readFileSync(process.argv[2]!, 'utf8')) as UnpackOrder;

function fail(thrown: unknown): never {
  tell({ type: 'error', error: asFaultflixError(thrown).toJSON() });
  process.exit(1);
}

try {
  await command('mount', '-t', 'tmpfs', '-o', 'mode=755,nosuid,nodev', 'run', '/run');
  const config = join(work, 'containerd.toml');
  writeFileSync(config, containerdConfig({ containerd: join(work, 'root'), cni: join(work, 'cni') }));
  mkdirSync(join(work, 'root'));
  const kept = new Kept({ logs: work, env: process.env, onProcess() {}, onRestart() {}, onGiveUp: fail });
  await startContainerd(kept, config);
  for (const archive of archives) {
    await command('ctr', '--address', CONTAINERD_SOCKET, '--namespace', 'k8s.io', 'images', 'import', archive);
  }
  // In good order, so that its databases are whole.
  await kept.stop(['containerd'], GRACE_MS);
  process.exit(0);
} catch (thrown) {
  fail(thrown);
}
