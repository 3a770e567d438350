import { containersOf, type Pod } from '../types.ts';

/**
 * What the kubelet knows of a pod that the API does not: plain data, kept on disk in the pod's folder, so that a new
 * kubelet goes on where a killed one was. `decide` reads it, the functions of `transitions.ts` make the next one.
 */
export interface PodRuntime {
  readonly uid: string;
  readonly ip: string;
  readonly startedAtMs: number;
  /** Volumes and everything that the environment refers to are there. */
  readonly prepared: boolean;
  /** All init containers have ended well and all sidecars have started, once. */
  readonly initialized: boolean;
  readonly containers: Readonly<Record<string, ContainerRuntime>>;
  /** The kubelet itself failed the pod: evicted, past its deadline, refused. */
  readonly failure?: { readonly reason: string; readonly message: string; readonly atMs: number };
  /** When the pod's end began; deadlines of its containers count from here. */
  readonly endingSinceMs?: number;
  /** Since when each condition of the pod has its status: the API's copy may lag behind. */
  readonly conditions?: Readonly<Record<string, { readonly status: string; readonly sinceMs: number }>>;
  /** A preparation that failed, with the time of the next attempt. */
  readonly trouble?: {
    readonly reason: string;
    readonly message: string;
    readonly retryAtMs: number;
    readonly fails: number;
  };
}

export interface ContainerRuntime {
  readonly state: ContainerState;
  /** The instance before the one of `state`. */
  readonly lastExit?: Exit;
  readonly restarts: number;
  /** Restart back-off as the kubelet's: how long the last start was delayed, and when it was. Absent before the first restart. */
  readonly backoff?: { readonly delayMs: number; readonly startedAtMs: number };
}

export type ContainerState =
  | {
      readonly at: 'waiting';
      readonly reason: string;
      readonly message?: string;
      readonly retryAtMs?: number;
      /** Since when it waits for this reason, and how often it has failed for it. */
      readonly sinceMs?: number;
      readonly fails?: number;
    }
  | {
      readonly at: 'running';
      /** 0 until the wrapper's pid is known: the intent to start is on disk before the process is. */
      readonly pid: number;
      readonly startedAtMs: number;
      /** Its postStart hook has ended and its startup probe has passed, each if it has one. */
      readonly started: boolean;
      readonly hooked: boolean;
      readonly ready: boolean;
      readonly stopping?: Stopping;
    }
  | { readonly at: 'exited'; readonly exit: Exit };

export interface Stopping {
  readonly reason: string;
  readonly message?: string;
  /** SIGKILL is due at this time: the end of the grace, or a moment later for a container whose hook used it up. */
  readonly deadlineMs: number;
  /** `hook`: preStop runs; `signalled`: SIGTERM was sent; `killed`: SIGKILL was sent. */
  readonly step: 'hook' | 'signalled' | 'killed';
}

export interface Exit {
  readonly exitCode: number;
  readonly reason: string;
  readonly message?: string;
  readonly startedAtMs: number;
  readonly finishedAtMs: number;
  readonly attempt: number;
  /** The kubelet ended it to have it started anew, so that its exit code says nothing about that. */
  readonly toRestart?: boolean;
}

export function newRuntime(pod: Pod, { ip, nowMs }: { readonly ip: string; readonly nowMs: number }): PodRuntime {
  const initial = (pod.spec.initContainers ?? []).length > 0;
  const containers: Record<string, ContainerRuntime> = {};
  const reason = initial ? 'PodInitializing' : 'ContainerCreating';
  for (const { spec } of containersOf(pod)) {
    containers[spec.name] = { state: { at: 'waiting', reason }, restarts: 0 };
  }
  return { uid: pod.metadata.uid, ip, startedAtMs: nowMs, prepared: false, initialized: !initial, containers };
}

export const isUp = (container: ContainerRuntime | undefined): boolean => container?.state.at === 'running';
