import { once } from 'node:events';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FaultflixError } from '#base/errors.ts';
import { type NodeSays, onMessages } from '../lines.ts';
import { spawnInNamespaces } from '../namespaces.ts';
import type { UnpackOrder } from './unpack.ts';

const UNPACK = join(import.meta.dirname, 'unpack.ts');

export interface TemplateOptions {
  /** An empty folder; its `root` is the result. */
  readonly work: string;
  readonly archives: readonly string[];
  readonly cgroups: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

/** A containerd's root folder that holds the images, unpacked. */
export async function makeTemplate({ work, archives, cgroups, env, signal }: TemplateOptions): Promise<void> {
  signal.throwIfAborted();
  const order: UnpackOrder = { work, archives };
  writeFileSync(join(work, 'order.json'), JSON.stringify(order));
  const logFile = join(work, 'unpack.log');
  const log = openSync(logFile, 'a', 0o600);
  const child = spawnInNamespaces({
    cgroups,
    command: process.execPath,
    args: [UNPACK, join(work, 'order.json')],
    env,
    stderr: log,
  });
  closeSync(log);
  let error: FaultflixError | undefined;
  onMessages<NodeSays>(child.stdout!, (message) => {
    if (message.type === 'error') error = FaultflixError.fromJSON(message.error);
  });
  const stop = () => child.kill('SIGKILL');
  signal.addEventListener('abort', stop, { once: true });
  const [code, killedBy] = await once(child, 'close');
  signal.removeEventListener('abort', stop);
  signal.throwIfAborted();
  if (code === 0 && !error) return;
  throw (
    error ??
    new FaultflixError('could-not-run', 'containerd does not take the images', {
      where: archives.join(', '),
      received: `${killedBy ?? `exit code ${code}`}: ${(await readFile(logFile, 'utf8')).slice(-1_000)}`,
    })
  );
}
