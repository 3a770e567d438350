import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import type { V1HostPathVolumeSource } from '@kubernetes/client-node';
import { FaultflixError } from '#base/errors.ts';
import { expand } from '../env/expand.ts';
import type { Container } from '../types.ts';

export interface MountPlan {
  /** FAULTFLIX_ROOT of the container. */
  readonly root: string;
  /** Where each volume is. */
  readonly volumes: ReadonlyMap<string, { readonly path: string; readonly live: boolean }>;
  readonly env: Readonly<Record<string, string>>;
  /** Writes what a container has beside its mounts, before them: a mount may lie over it. */
  readonly furnish: (root: string) => void;
}

/**
 * Puts a link at `root/<mountPath>` for each mount, shorter paths first. A subPath of a volume that follows the API is
 * copied, since a real mount of it does not follow either. Throws `bad-input` for paths that leave the volume.
 */
export function mountAll(container: Container, { root, volumes, env, furnish }: MountPlan): void {
  rmSync(root, { recursive: true, force: true });
  mkdirSync(root, { recursive: true });
  furnish(root);
  const lastWords = join(root, container.terminationMessagePath ?? '/dev/termination-log');
  mkdirSync(dirname(lastWords), { recursive: true });
  writeFileSync(lastWords, '');
  chmodSync(lastWords, 0o666); // whatever user the container runs as
  const mounts = [...(container.volumeMounts ?? [])].sort((a, b) => a.mountPath.length - b.mountPath.length);
  for (const { name, mountPath, subPath, subPathExpr } of mounts) {
    const volume = volumes.get(name);
    if (!volume) throw new FaultflixError('not-found', `volume "${name}" not found`);
    const below = subPathExpr ? expanded(subPathExpr, env) : (subPath ?? '');
    if (below.split('/').includes('..'))
      throw new FaultflixError('bad-input', `subPath ${JSON.stringify(below)} must not contain '..'`);
    const source = join(volume.path, below);
    const link = join(root, normalize(mountPath));
    mkdirSync(dirname(link), { recursive: true });
    if (below !== '' && !existsSync(source)) {
      if (volume.live) throw new FaultflixError('not-found', `subPath "${below}" is not in volume "${name}"`);
      mkdirSync(source, { recursive: true });
    }
    if (isThere(link)) rmSync(link, { recursive: true, force: true });
    if (below !== '' && volume.live) cpSync(source, link, { recursive: true, dereference: true });
    else symlinkSync(source, link);
  }
}

/** Checks or makes a hostPath as its type says. */
export function prepareHostPath({ path, type }: V1HostPathVolumeSource): string {
  const there = statSync(path, { throwIfNoEntry: false });
  const fail = (what: string) => new FaultflixError('bad-input', `hostPath type check failed: ${path} is not ${what}`);
  switch (type ?? '') {
    case 'DirectoryOrCreate':
      mkdirSync(path, { recursive: true, mode: 0o755 });
      break;
    case 'FileOrCreate':
      if (!there) writeFileSync(path, '', { mode: 0o644 });
      break;
    case 'Directory':
      if (!there?.isDirectory()) throw fail('a directory');
      break;
    case 'File':
      if (!there?.isFile()) throw fail('a file');
      break;
    case 'Socket':
      if (!there?.isSocket()) throw fail('a socket file');
      break;
    case 'CharDevice':
      if (!there?.isCharacterDevice()) throw fail('a character device');
      break;
    case 'BlockDevice':
      if (!there?.isBlockDevice()) throw fail('a block device');
      break;
  }
  return path;
}

/** As ExpandContainerVolumeMounts of Kubernetes: each variable must have a value. */
function expanded(subPathExpr: string, env: Readonly<Record<string, string>>): string {
  return expand(subPathExpr, (key) => {
    if (env[key] === undefined) throw new FaultflixError('bad-input', `missing value for ${JSON.stringify(key)}`);
    return env[key];
  });
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
