import { accessSync, chmodSync, constants } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { FaultflixError } from '#base/errors.ts';
import type { Image } from '../images.ts';
import { asksForIdentity, becoming, identityOf } from './env/identity.ts';
import type { PodFolder } from './pod-folder.ts';
import type { Container, Pod } from './types.ts';

/**
 * What the container's commands begin with so that they run as the user that is asked for; nothing where none is, and
 * for images whose programs are the operator's own files, which others may not read. Throws `bad-input` for a container
 * that must not be root and would be, `could-not-run` where this kubelet cannot become another user.
 */
export function commandPrefix(
  pod: Pod,
  container: Container,
  image: Image,
  own: number = process.getuid?.() ?? 0,
): readonly string[] {
  const identity = identityOf(pod, container, image.uid ?? 0);
  if (!image.anyUser || !asksForIdentity(pod, container)) return [];
  if (own !== 0) {
    throw new FaultflixError('could-not-run', `the local cluster is run by user ${own}, as whom its containers run`, {
      expected: 'no runAsUser, runAsGroup, fsGroup or supplementalGroups, or a cluster that root runs',
      received: JSON.stringify(identity),
    });
  }
  const prefix = becoming(identity);
  if (!onPath(prefix[0]!)) {
    throw new FaultflixError('could-not-run', `another user needs ${prefix[0]} of util-linux, which is not there`);
  }
  return prefix;
}

/** Lets other users go through to what a pod has, and to nothing else: folders may be passed, not listed. */
export function letThrough(folder: PodFolder): void {
  const pods = dirname(folder.path);
  const kubelet = dirname(pods);
  const cluster = dirname(kubelet);
  for (const path of [dirname(cluster), cluster, kubelet, pods, folder.path]) chmodSync(path, 0o711);
  for (const path of [folder.home, folder.tmp]) chmodSync(path, 0o1777);
}

function onPath(program: string): boolean {
  return (process.env.PATH ?? '/usr/bin:/bin').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
