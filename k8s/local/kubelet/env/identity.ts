import { FaultflixError } from '#base/errors.ts';
import type { Container, Pod } from '../types.ts';

/** Whom a container runs as: numbers, as the kernel has them. */
export interface Identity {
  readonly uid: number;
  readonly gid: number;
  /** Supplemental groups, fsGroup among them. */
  readonly groups: readonly number[];
}

const ROOT = 0;

/**
 * Whom the container is to run as: its own securityContext before its pod's, `imageUid` where neither says. Throws
 * `bad-input` for a container that must not be root and would be, in the kubelet's words (verifyRunAsNonRoot).
 */
export function identityOf(pod: Pod, container: Container, imageUid: number): Identity {
  const [own, shared] = [container.securityContext ?? {}, pod.spec.securityContext ?? {}];
  const asked = own.runAsUser ?? shared.runAsUser;
  if (own.runAsNonRoot ?? shared.runAsNonRoot) {
    const { name, namespace, uid } = pod.metadata;
    const where = `(pod: "${name}_${namespace}(${uid})", container: ${container.name})`;
    if (asked === ROOT) throw new FaultflixError('bad-input', `container's runAsUser breaks non-root policy ${where}`);
    if (asked === undefined && imageUid === ROOT)
      throw new FaultflixError('bad-input', `container has runAsNonRoot and image will run as root ${where}`);
  }
  const { fsGroup, supplementalGroups = [] } = shared;
  return {
    uid: asked ?? imageUid,
    gid: own.runAsGroup ?? shared.runAsGroup ?? ROOT,
    groups: [...new Set([...(fsGroup === undefined ? [] : [fsGroup]), ...supplementalGroups])],
  };
}

/** Whether the pod asks for a user or a group at all: else its containers run as whoever runs the cluster. */
export const asksForIdentity = (pod: Pod, { securityContext: own }: Container): boolean => {
  const { runAsUser, runAsGroup, fsGroup, supplementalGroups } = pod.spec.securityContext ?? {};
  return [own?.runAsUser, own?.runAsGroup, runAsUser, runAsGroup, fsGroup, supplementalGroups].some(
    (value) => value !== undefined && value !== null,
  );
};

/** What a command is begun with (util-linux) so that it runs as somebody else, with no capability left to come back. */
export function becoming({ uid, gid, groups }: Identity): string[] {
  const others = groups.length > 0 ? [`--groups=${groups.join(',')}`] : ['--clear-groups'];
  return ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, ...others, '--'];
}
