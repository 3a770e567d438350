/** Is a workload ready? The rules of `kubectl rollout status`, and what to say when it is not. Pure. */
export interface Workload {
  readonly kind: 'Deployment' | 'DaemonSet';
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly uid: string;
    readonly resourceVersion: string;
    readonly generation: number;
  };
  readonly spec: {
    readonly replicas?: number;
    readonly selector: { readonly matchLabels?: Readonly<Record<string, string>> };
  };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly updatedReplicas?: number;
    readonly availableReplicas?: number;
    readonly desiredNumberScheduled?: number;
    readonly updatedNumberScheduled?: number;
    readonly numberAvailable?: number;
    readonly conditions?: ReadonlyArray<{
      readonly type: string;
      readonly status: string;
      readonly reason?: string;
      readonly message?: string;
    }>;
  };
}

export interface Readiness {
  readonly ready: boolean;
  readonly wantedPods: number;
  readonly readyPods: number;
}

export function readinessOf(workload: Workload): Readiness {
  const { kind, metadata, spec, status = {} } = workload;
  const seen = (status.observedGeneration ?? 0) >= metadata.generation;
  if (kind === 'Deployment') {
    const wantedPods = spec.replicas ?? 1;
    const readyPods = Math.min(status.availableReplicas ?? 0, status.updatedReplicas ?? 0);
    const settled = (status.replicas ?? 0) === (status.updatedReplicas ?? 0);
    return { ready: seen && settled && readyPods >= wantedPods, wantedPods, readyPods };
  }
  const wantedPods = status.desiredNumberScheduled ?? 0;
  const readyPods = Math.min(status.numberAvailable ?? 0, status.updatedNumberScheduled ?? 0);
  // A DaemonSet that no node takes is not ready: it would be green for nothing.
  return { ready: seen && wantedPods > 0 && readyPods >= wantedPods, wantedPods, readyPods };
}

export interface RolloutProgress {
  readonly ready: boolean;
  readonly readyPods: number;
  readonly wantedPods: number;
  readonly waitingFor: readonly Workload[];
}

export function progressOf(workloads: readonly Workload[]): RolloutProgress {
  const each = workloads.map((workload) => ({ workload, readiness: readinessOf(workload) }));
  const sum = (pick: (readiness: Readiness) => number) =>
    each.reduce((total, { readiness }) => total + pick(readiness), 0);
  return {
    ready: workloads.length > 0 && each.every(({ readiness }) => readiness.ready),
    readyPods: sum(({ readyPods, wantedPods }) => Math.min(readyPods, wantedPods)),
    wantedPods: sum(({ wantedPods }) => wantedPods),
    waitingFor: each.filter(({ readiness }) => !readiness.ready).map(({ workload }) => workload),
  };
}
