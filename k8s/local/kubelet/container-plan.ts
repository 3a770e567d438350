import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { reachable } from '#base/address.ts';
import { findImage } from '../images.ts';
import { commandOf } from './env/environment.ts';
import { commandPrefix, letThrough } from './pod-access.ts';
import type { Launched } from './pod-folder.ts';
import type { PodWorker, WorkerDeps } from './pod-worker.ts';
import { CannotCreate, refuseProfiles } from './process/cannot-create.ts';
import type { Container } from './types.ts';

export type Plan = Launched & { readonly argv: readonly string[] };

/** The program, environment, folder and user of a container's next instance. Throws for what cannot be had. */
export function planOf(spec: Container, worker: PodWorker, deps: WorkerDeps): Plan {
  const root = worker.folder.root(spec.name);
  const image = findImage(spec.image ?? '', deps.images)!;
  const base = {
    LANG: 'C.UTF-8',
    HOSTNAME: worker.pod.spec.hostname ?? worker.pod.metadata.name,
    HOME: worker.folder.home,
    TMPDIR: worker.folder.tmp,
    ...image.env,
    ...deps.serviceEnv,
    FAULTFLIX_NETWORK: 'loopback',
    FAULTFLIX_ROOT: root,
  };
  const as = commandPrefix(worker.pod, spec, image);
  if (as.length > 0) letThrough(worker.folder);
  const env = worker.volumes.environment(spec, base);
  worker.volumes.mount(spec, env);
  const { command, args } = commandOf(spec, env);
  // As an image's CMD: only when the container says neither what to run nor with which arguments.
  const own = command === undefined && args.length === 0;
  const defaults = own ? (image.defaultArgs?.(reachable(worker.runtime.ip, env)) ?? []) : args;
  const argv = [...(command ?? image.entryPoint), ...defaults];
  if (argv.length === 0) throw new CannotCreate('no command specified');
  refuseProfiles(worker.pod, spec);
  return {
    argv,
    as,
    env,
    cwd: spec.workingDir ? workingFolder(root, spec.workingDir) : (image.cwd ?? worker.folder.home),
  };
}

/** A working directory that a volume provides, or that nobody does, is below FAULTFLIX_ROOT; else the machine's own. */
function workingFolder(root: string, path: string): string {
  const inside = join(root, path);
  const isFolder = (folder: string) => statSync(folder, { throwIfNoEntry: false })?.isDirectory();
  if (isFolder(inside)) return inside;
  if (!isFolder(path)) mkdirSync(inside, { recursive: true });
  return isFolder(inside) ? inside : path;
}
