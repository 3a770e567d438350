import type { Container, Pod } from '../types.ts';

/** The container runtime could not make the container: shown as CreateContainerError. */
export class CannotCreate extends Error {}

/** A pod that asks for a seccomp profile of the node is not run without: there is none here. */
export function refuseProfiles(pod: Pod, container: Container): void {
  const profile = container.securityContext?.seccompProfile ?? pod.spec.securityContext?.seccompProfile;
  if (profile?.type !== 'Localhost') return;
  const file = `/var/lib/kubelet/seccomp/${profile.localhostProfile}`;
  throw new CannotCreate(`cannot load seccomp profile "${file}": open ${file}: no such file or directory`);
}
