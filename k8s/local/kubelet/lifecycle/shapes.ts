import type { Container } from '../types.ts';

/** What a pod's status is made of, as the API shows it. */
export interface ContainerStatus {
  readonly name: string;
  readonly image: string;
  readonly imageID: string;
  readonly containerID?: string;
  readonly ready: boolean;
  readonly started: boolean;
  readonly restartCount: number;
  readonly state: StateJson;
  readonly lastState: StateJson;
  readonly resources: object;
  readonly allocatedResources?: object;
  readonly volumeMounts?: readonly object[];
}

/** What a container was given, as its status repeats it. */
export function givenTo({ resources = {}, volumeMounts = [] }: Container): GivenJson {
  const { requests, limits } = resources;
  const mounts = volumeMounts.map(({ name, mountPath, readOnly }) =>
    readOnly ? { name, mountPath, readOnly, recursiveReadOnly: 'Disabled' } : { name, mountPath },
  );
  return {
    resources: { ...(limits ? { limits } : {}), ...(requests ? { requests } : {}) },
    ...(requests ? { allocatedResources: requests } : {}),
    ...(mounts.length > 0 ? { volumeMounts: mounts } : {}),
  };
}

type GivenJson = Pick<ContainerStatus, 'resources' | 'allocatedResources' | 'volumeMounts'>;

export interface StateJson {
  readonly waiting?: { readonly reason: string; readonly message?: string };
  readonly running?: { readonly startedAt: string };
  readonly terminated?: {
    readonly exitCode: number;
    readonly signal?: number;
    readonly reason: string;
    readonly message?: string;
    readonly startedAt: string;
    readonly finishedAt: string;
    readonly containerID: string;
  };
}

export type Phase = 'Pending' | 'Running' | 'Succeeded' | 'Failed';

/** A time as the API writes it, to the second. */
export const timeOf = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;
