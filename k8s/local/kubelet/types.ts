import type { V1Container, V1PodSpec, V1PodStatus, V1Probe } from '@kubernetes/client-node';
import type { KubeObject } from '#base/kube/list-watch.ts';

/** Shapes of the API's objects as JSON brings them (times are RFC 3339 texts), as far as the kubelet reads them. */
export interface Pod extends KubeObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly uid: string;
    readonly resourceVersion: string;
    readonly generation?: number;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly creationTimestamp?: string;
    readonly deletionTimestamp?: string;
    readonly deletionGracePeriodSeconds?: number;
  };
  readonly spec: V1PodSpec;
  readonly status?: V1PodStatus;
}

/** A ConfigMap (`data` plain, `binaryData` base64) or a Secret (`data` base64). */
export interface DataObject extends KubeObject {
  readonly data?: Readonly<Record<string, string>>;
  readonly binaryData?: Readonly<Record<string, string>>;
  readonly immutable?: boolean;
}

export type Container = V1Container;
export type Probe = V1Probe;

export const nameOf = (pod: Pod): string => `${pod.metadata.namespace}/${pod.metadata.name}`;

export type ContainerKind = 'init' | 'sidecar' | 'main';

export interface ContainerSpec {
  readonly kind: ContainerKind;
  readonly spec: Container;
}

/** All containers of a pod in starting order. An init container that restarts always is a sidecar. */
export function containersOf(pod: Pod): readonly ContainerSpec[] {
  const init = (pod.spec.initContainers ?? []).map(
    (spec): ContainerSpec => ({
      kind: spec.restartPolicy === 'Always' ? 'sidecar' : 'init',
      spec,
    }),
  );
  return [...init, ...pod.spec.containers.map((spec): ContainerSpec => ({ kind: 'main', spec }))];
}

export function findContainer(pod: Pod, name: string): ContainerSpec | undefined {
  return containersOf(pod).find((container) => container.spec.name === name);
}
