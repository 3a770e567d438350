import { createHash, randomUUID } from 'node:crypto';
import { chmod, lstat, mkdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { FaultflixError } from '#base/errors.ts';
import type { ProcessId } from '../processes/identity.ts';

/** The variable that all processes of a cluster inherit; its value is the instance. */
export const CLUSTER_VARIABLE = 'FAULTFLIX_CLUSTER';

/** `<state dir>/cluster.json`: what the next start, and the guardian, must know to end what is left of this one. */
export interface ClusterRecord {
  /** Unlike any other cluster's: name and a random part. */
  readonly instance: string;
  readonly startedAtMs: number;
  readonly supervisor: ProcessId;
  readonly processes: Readonly<Record<string, ProcessId>>;
  /** Path of a cgroup, in every hierarchy, in which all of a cluster of real nodes runs. */
  readonly cgroup?: string;
}

export interface ClusterPlace {
  readonly name: string;
  readonly stateDir: string;
  /** Of the lock that the cluster's supervisor holds while it lives. */
  readonly lockName: string;
}

export function clusterPlace(name: string): ClusterPlace {
  if (!/^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/.test(name)) {
    throw new FaultflixError('bad-input', `not a cluster name: ${name}`, {
      where: '--name',
      expected: 'at most 32 of a-z, 0-9 and -, not beginning or ending with -',
      received: name,
    });
  }
  const stateDir = join(tmpdir(), `faultflix-${process.getuid?.() ?? 0}`, name);
  return { name, stateDir, lockName: `cluster/${createHash('sha256').update(stateDir).digest('hex').slice(0, 32)}` };
}

export const newInstance = (name: string): string => `${name}/${randomUUID()}`;

/** Makes the state folder, this user's alone. */
export async function createStateDir(stateDir: string): Promise<void> {
  const parent = dirname(stateDir);
  await mkdir(parent, { recursive: true, mode: 0o700 });
  // The parent's name can be guessed, and the temporary folder is everyone's: it must not be someone else's folder.
  const found = await lstat(parent);
  if (!found.isDirectory() || found.uid !== process.getuid?.()) {
    throw new FaultflixError('could-not-run', 'the state folder belongs to someone else', {
      where: parent,
      expected: `a folder of user ${process.getuid?.()}`,
      received: `${found.isDirectory() ? 'a folder' : 'no folder'}, of user ${found.uid}`,
      todo: 'set TMPDIR to a folder of your own',
    });
  }
  // A kubelet whose pods run as other users has made it one to pass through: pod-access.ts.
  if ((found.mode & 0o777) !== 0o711) await chmod(parent, 0o700);
  await mkdir(stateDir, { mode: 0o700 });
}

/** Removes the state folder, and its parent when that holds no other cluster. */
export async function removeStateDir(stateDir: string): Promise<void> {
  await rm(stateDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  await rmdir(dirname(stateDir)).catch((error: NodeJS.ErrnoException) => {
    if (!['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(error.code ?? '')) throw error;
  });
}

const recordFile = (stateDir: string) => join(stateDir, 'cluster.json');

export async function writeRecord(stateDir: string, record: ClusterRecord): Promise<void> {
  const temporary = `${recordFile(stateDir)}.new`;
  await writeFile(temporary, JSON.stringify(record), { mode: 0o600 });
  await rename(temporary, recordFile(stateDir));
}

/** The record; undefined when there is none or it is not one of ours. */
export async function readRecord(stateDir: string): Promise<ClusterRecord | undefined> {
  let text: string;
  try {
    text = await readFile(recordFile(stateDir), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const value = JSON.parse(text) as ClusterRecord;
    return typeof value.instance === 'string' && typeof value.processes === 'object' ? value : undefined;
  } catch {
    return undefined; // cut short by a full disk: nothing to go by
  }
}
