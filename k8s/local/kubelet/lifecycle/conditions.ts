import type { Pod } from '../types.ts';
import type { PodRuntime } from './runtime.ts';
import { type ContainerStatus, type Phase, timeOf } from './shapes.ts';

export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False';
  readonly reason: string | null;
  readonly message: string | null;
  readonly lastProbeTime: null;
  readonly lastTransitionTime: string;
  readonly observedGeneration?: number;
}

interface Input {
  readonly pod: Pod;
  readonly runtime: PodRuntime;
  readonly phase: Phase;
  readonly init: readonly ContainerStatus[];
  readonly main: readonly ContainerStatus[];
  readonly nowMs: number;
}

type Verdict = { readonly status: boolean; readonly reason?: string; readonly message?: string };

/** The kubelet's conditions. A transition time stays while the API's own copy of the condition has the same status. */
export function conditionsOf(input: Input): Condition[] {
  const containers = containersReady(input);
  const verdicts: [string, Verdict][] = [
    ['PodReadyToStartContainers', { status: input.runtime.prepared && !terminal(input.phase) }],
    ['Initialized', initialized(input)],
    ['Ready', ready(input, containers)],
    ['ContainersReady', containers],
    ['PodScheduled', { status: true }],
  ];
  return verdicts.map(([type, verdict]) => condition(input, type, verdict));
}

function initialized({ phase, runtime, init }: Input): Verdict {
  if (runtime.initialized) return phase === 'Succeeded' ? { status: true, reason: 'PodCompleted' } : { status: true };
  const waiting = init.filter((status) => !(status.state.terminated?.exitCode === 0 || status.started));
  return {
    status: false,
    reason: 'ContainersNotInitialized',
    message: `containers with incomplete status: [${waiting.map((status) => status.name).join(' ')}]`,
  };
}

function containersReady({ phase, pod, init, main }: Input): Verdict {
  if (phase === 'Succeeded') return { status: false, reason: 'PodCompleted' };
  if (phase === 'Failed') return { status: false, reason: 'PodFailed' };
  const sidecars = new Set(
    (pod.spec.initContainers ?? []).filter((c) => c.restartPolicy === 'Always').map((c) => c.name),
  );
  const unready = [...init.filter((status) => sidecars.has(status.name)), ...main].filter((status) => !status.ready);
  if (unready.length === 0) return { status: true };
  const names = unready.map((status) => status.name).join(' ');
  return { status: false, reason: 'ContainersNotReady', message: `containers with unready status: [${names}]` };
}

function ready({ pod }: Input, containers: Verdict): Verdict {
  if (!containers.status) return containers;
  const open = (pod.spec.readinessGates ?? []).flatMap(({ conditionType }) => {
    const found = pod.status?.conditions?.find((condition) => condition.type === conditionType);
    if (!found) return [`corresponding condition of pod readiness gate "${conditionType}" does not exist.`];
    return found.status === 'True'
      ? []
      : [`the status of pod readiness gate "${conditionType}" is not "True", but ${found.status}`];
  });
  return open.length === 0
    ? { status: true }
    : { status: false, reason: 'ReadinessGatesNotReady', message: open.join(', ') };
}

function condition({ pod, runtime, nowMs }: Input, type: string, { status, reason, message }: Verdict): Condition {
  const text = status ? 'True' : 'False';
  const sent = runtime.conditions?.[type];
  const known = pod.status?.conditions?.find((candidate) => candidate.type === type);
  const since =
    sent?.status === text
      ? timeOf(sent.sinceMs)
      : known?.status === text && known.lastTransitionTime
        ? String(known.lastTransitionTime)
        : timeOf(nowMs);
  return {
    type,
    status: text,
    reason: reason ?? null,
    message: message ?? null,
    lastProbeTime: null,
    lastTransitionTime: since,
    ...(pod.metadata.generation === undefined ? {} : { observedGeneration: pod.metadata.generation }),
  };
}

const terminal = (phase: Phase) => phase === 'Succeeded' || phase === 'Failed';
