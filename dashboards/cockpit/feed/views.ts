/** Kubernetes objects as the page needs them. Pure. */

import type { KubeObject } from '#base/kube/list-watch.ts';
import { labels } from '#base/names.ts';
import type { Experiment } from '#chaos/engine/experiment.ts';
import type { PodView, RunView } from './wire.ts';

export type ExperimentObject = Experiment & KubeObject & { readonly metadata: { readonly creationTimestamp?: string } };

export function runView({ metadata, spec, status }: ExperimentObject): RunView {
  return {
    uid: metadata.uid,
    name: metadata.name,
    namespace: metadata.namespace ?? '',
    createdAt: metadata.creationTimestamp ?? '',
    spec,
    // An Experiment that no controller took up has an empty status, or none.
    ...(status?.phase ? { status } : {}),
  };
}

interface ContainerState {
  readonly waiting?: { readonly reason?: string };
  readonly terminated?: { readonly reason?: string };
}

export interface PodObject extends KubeObject {
  readonly metadata: KubeObject['metadata'] & {
    readonly creationTimestamp?: string;
    readonly deletionTimestamp?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly spec?: { readonly nodeName?: string };
  readonly status?: {
    readonly phase?: string;
    readonly reason?: string;
    readonly conditions?: ReadonlyArray<{ readonly type: string; readonly status: string; readonly reason?: string }>;
    readonly containerStatuses?: readonly ContainerStatus[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
  };
}

interface ContainerStatus {
  readonly restartCount?: number;
  readonly state?: ContainerState;
}

export function podView({ metadata, spec, status = {} }: PodObject): PodView {
  const containers = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  const ready = status.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false;
  const reason = ready ? undefined : reasonOf(status, containers);
  const namespace = metadata.namespace ?? '';
  return {
    uid: metadata.uid,
    name: metadata.name,
    namespace,
    service: metadata.labels?.[labels.service] ?? 'other',
    region: metadata.labels?.[labels.region] ?? namespace,
    node: spec?.nodeName ?? '',
    phase: status.phase ?? 'Unknown',
    ready,
    deleting: metadata.deletionTimestamp !== undefined,
    restarts: containers.reduce((sum, { restartCount = 0 }) => sum + restartCount, 0),
    ...(reason ? { reason } : {}),
    createdAt: metadata.creationTimestamp ?? '',
  };
}

function reasonOf(
  status: NonNullable<PodObject['status']>,
  containers: readonly ContainerStatus[],
): string | undefined {
  const waiting = containers.find(({ state }) => state?.waiting?.reason)?.state?.waiting?.reason;
  const ended = containers.find(({ state }) => state?.terminated?.reason)?.state?.terminated?.reason;
  const unscheduled = status.conditions?.find(
    ({ type, status: is }) => type === 'PodScheduled' && is === 'False',
  )?.reason;
  return status.reason ?? waiting ?? unscheduled ?? ended;
}
