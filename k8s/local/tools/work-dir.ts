import { existsSync, readlinkSync, writeFileSync } from 'node:fs';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { identify, isAlive, type ProcessId, signal } from '../processes/identity.ts';

/**
 * Folders in which tools are made, `<tools>/.work-<group>-<pid namespace>-<pid>-<start>`, beside the cache's own so that
 * a rename puts the result in place. The name says who works in it; when that process is gone, the folder is nobody's.
 * A cache that containers share has folders of processes that only they can see: those are theirs.
 */
export async function createWorkDir(dir: string, group: string): Promise<string> {
  const self = identify(process.pid);
  if (!self) throw new Error('this process is not in /proc');
  const path = join(dir, `.work-${group}-${pidNamespace()}-${self.pid}-${self.startTicks}`);
  await rm(path, { recursive: true, force: true });
  await mkdir(path, { recursive: true, mode: 0o700 });
  return path;
}

const BUILDER = 'builder.json';

/** Leaves word of the process that builds here, for whoever finds the folder with its owner gone. */
export function recordBuilder(workDir: string, id: ProcessId): void {
  writeFileSync(join(workDir, BUILDER), JSON.stringify(id));
}

/** Removes the folders whose owners are gone, and ends builds that still run in them. */
export async function clearWorkDirs(dir: string): Promise<void> {
  for (const name of existsSync(dir) ? await readdir(dir) : []) {
    const [, namespace, pid, startTicks] = /^\.work-.+-(\d+)-(\d+)-(\d+)$/.exec(name) ?? [];
    if (namespace !== pidNamespace() || isAlive({ pid: Number(pid), startTicks: Number(startTicks) })) continue;
    const builder = await readBuilder(join(dir, name));
    if (builder) signal(builder, 'SIGKILL');
    await rm(join(dir, name), { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  }
}

/** The number in `pid:[4026531836]`, pid_namespaces(7). */
function pidNamespace(): string {
  return readlinkSync('/proc/self/ns/pid').replace(/\D/g, '');
}

async function readBuilder(workDir: string): Promise<ProcessId | undefined> {
  try {
    const value = JSON.parse(await readFile(join(workDir, BUILDER), 'utf8')) as ProcessId;
    return Number.isInteger(value.pid) && Number.isInteger(value.startTicks) ? value : undefined;
  } catch {
    return undefined; // none was started, or it died while it wrote: there is nothing to end
  }
}
