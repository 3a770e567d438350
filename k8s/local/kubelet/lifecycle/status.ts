import { type ContainerSpec, containersOf, type Pod } from '../types.ts';
import { type Condition, conditionsOf } from './conditions.ts';
import { nextStartMs, restarts } from './restart.ts';
import type { ContainerRuntime, Exit, PodRuntime } from './runtime.ts';
import { type ContainerStatus, givenTo, type Phase, type StateJson, timeOf } from './shapes.ts';

export interface StatusInput {
  readonly pod: Pod;
  readonly runtime: PodRuntime;
  readonly hostIp: string;
  readonly nowMs: number;
}

export { type ContainerStatus, type Phase, timeOf } from './shapes.ts';

export interface PodStatus {
  readonly phase: Phase;
  readonly observedGeneration?: number;
  readonly conditions: readonly Condition[];
  readonly hostIP: string;
  readonly hostIPs: readonly { ip: string }[];
  readonly podIP: string;
  readonly podIPs: readonly { ip: string }[];
  readonly startTime: string;
  readonly reason: string | null;
  readonly message: string | null;
  readonly qosClass: string;
  readonly initContainerStatuses?: readonly ContainerStatus[];
  readonly containerStatuses: readonly ContainerStatus[];
}

/** The status that the API is told. Pure: the same input gives the same status, so that equal ones are not sent again. */
export function statusOf({ pod, runtime, hostIp, nowMs }: StatusInput): PodStatus {
  const all = containersOf(pod);
  const status = (container: ContainerSpec) => containerStatus(container, { pod, runtime, nowMs });
  const init = all.filter((c) => c.kind !== 'main').map(status);
  const main = all.filter((c) => c.kind === 'main').map(status);
  const phase = phaseOf(pod, runtime);
  return {
    phase,
    ...(pod.metadata.generation === undefined ? {} : { observedGeneration: pod.metadata.generation }),
    conditions: conditionsOf({ pod, runtime, phase, init, main, nowMs }),
    hostIP: hostIp,
    hostIPs: [{ ip: hostIp }],
    podIP: runtime.ip,
    podIPs: [{ ip: runtime.ip }],
    startTime: timeOf(runtime.startedAtMs),
    reason: runtime.failure?.reason ?? null,
    message: runtime.failure?.message ?? null,
    qosClass: qosOf(pod),
    ...(init.length > 0 ? { initContainerStatuses: init } : {}),
    containerStatuses: main,
  };
}

/** As getPhase of the kubelet: sidecars count only for whether the pod has begun and whether it has wholly ended. */
export function phaseOf(pod: Pod, runtime: PodRuntime): Phase {
  const all = containersOf(pod);
  const stateOf = (c: ContainerSpec) => runtime.containers[c.spec.name]!.state;
  const anyUp = all.some((c) => stateOf(c).at === 'running');
  const deleted = pod.metadata.deletionTimestamp !== undefined;
  const ended = (c: ContainerSpec) => {
    const state = stateOf(c);
    return state.at === 'exited' && (deleted || !restarts({ pod, kind: c.kind, spec: c.spec, exit: state.exit }));
  };
  const code = (c: ContainerSpec) => {
    const state = stateOf(c);
    return state.at === 'exited' ? state.exit.exitCode : (runtime.containers[c.spec.name]!.lastExit?.exitCode ?? 0);
  };
  if (runtime.failure) return anyUp ? (runtime.initialized ? 'Running' : 'Pending') : 'Failed';
  const mains = all.filter((c) => c.kind === 'main');
  if (!runtime.initialized) {
    const failedInit = all.some((c) => c.kind === 'init' && ended(c) && code(c) !== 0);
    return failedInit && !anyUp ? 'Failed' : 'Pending';
  }
  if (mains.every(ended)) {
    if (anyUp) return 'Running';
    return mains.every((c) => code(c) === 0) ? 'Succeeded' : 'Failed';
  }
  const never = mains.some((c) => stateOf(c).at === 'waiting' && !runtime.containers[c.spec.name]!.lastExit);
  return never ? 'Pending' : 'Running';
}

/** Time for which a start that failed is told as such, before the wait for the next one. */
export const START_ERROR_SHOWN_MS = 1_000;

function containerStatus(
  { kind, spec }: ContainerSpec,
  { pod, runtime, nowMs }: { readonly pod: Pod; readonly runtime: PodRuntime; readonly nowMs: number },
): ContainerStatus {
  const known = runtime.containers[spec.name]!;
  const { state } = known;
  const id = (attempt: number) => containerId(runtime.uid, spec.name, attempt);
  const room = messageRoom(pod);
  const told = (exit: Exit) => ({ terminated: terminated(exit, { containerID: id(exit.attempt), room }) });
  const last = known.lastExit ? told(known.lastExit) : {};
  const neverMade = state.at === 'waiting' && !known.lastExit;
  const common = {
    name: spec.name,
    image: spec.image ?? '',
    imageID: neverMade ? '' : `faultflix.local/${spec.image ?? ''}`,
    restartCount: known.restarts,
    ...givenTo(spec),
  };
  if (state.at === 'waiting') {
    const { reason, message } = state;
    const waiting = { reason, ...(message ? { message } : {}) };
    return { ...common, ready: false, started: false, state: { waiting }, lastState: last };
  }
  if (state.at === 'running') {
    const running = { startedAt: timeOf(state.startedAtMs) };
    const { started, ready } = state;
    const up = { ...common, containerID: id(known.restarts), started, ready: started && ready };
    // A container whose postStart hook still runs has not been created as far as the API is concerned.
    return state.hooked
      ? { ...up, state: { running }, lastState: last }
      : { ...up, state: { waiting: { reason: 'ContainerCreating' } }, lastState: last };
  }
  const { exit } = state;
  const gone = told(exit);
  const done = { ...common, containerID: id(exit.attempt), started: false };
  const ready = kind === 'init' && exit.exitCode === 0;
  const waitingFor = ({ reason, message = '', finishedAtMs }: Exit) =>
    reason === 'StartError' && nowMs < finishedAtMs + START_ERROR_SHOWN_MS
      ? { reason: 'RunContainerError', message }
      : crashLoop(pod, spec.name, known);
  const again = canRestart(pod, runtime) && restarts({ pod, kind, spec, exit }) && nowMs < nextStartMs(known, exit);
  return again
    ? { ...done, ready: false, state: { waiting: waitingFor(exit) }, lastState: gone }
    : { ...done, ready, state: gone, lastState: last };
}

const canRestart = (pod: Pod, runtime: PodRuntime) =>
  pod.metadata.deletionTimestamp === undefined && runtime.endingSinceMs === undefined;

function crashLoop(pod: Pod, name: string, known: ContainerRuntime): { reason: string; message: string } {
  const seconds = Math.round((known.backoff?.delayMs ?? 0) / 1_000);
  const delay = seconds >= 60 ? `${Math.floor(seconds / 60)}m${seconds % 60}s` : `${seconds}s`;
  const { name: podName, namespace, uid } = pod.metadata;
  return {
    reason: 'CrashLoopBackOff',
    message: `back-off ${delay} restarting failed container=${name} pod=${podName}_${namespace}(${uid})`,
  };
}

/** What all containers of a pod may say together at their ends, in bytes (kubelet: MaxPodTerminationMessageLogLength). */
const MESSAGES_BYTES = 12 * 1_024;
const messageRoom = (pod: Pod) => Math.floor(MESSAGES_BYTES / containersOf(pod).length);

function terminated(
  exit: Exit,
  { containerID, room }: { readonly containerID: string; readonly room: number },
): NonNullable<StateJson['terminated']> {
  return {
    exitCode: exit.exitCode,
    reason: exit.reason,
    ...(exit.message ? { message: Buffer.from(exit.message).subarray(0, room).toString() } : {}),
    startedAt: timeOf(exit.startedAtMs),
    finishedAt: timeOf(exit.finishedAtMs),
    containerID,
  };
}

export const containerId = (uid: string, name: string, attempt: number): string =>
  `faultflix://${uid}-${name}-${attempt}`;

/** metav1.Time has whole seconds. */
function qosOf(pod: Pod): string {
  const containers = containersOf(pod).map((c) => c.spec.resources ?? {});
  const some = containers.some((r) => Object.keys(r.requests ?? {}).length + Object.keys(r.limits ?? {}).length > 0);
  if (!some) return 'BestEffort';
  const whole = containers.every((r) =>
    ['cpu', 'memory'].every(
      (name) => r.limits?.[name] !== undefined && (r.requests?.[name] ?? r.limits[name]) === r.limits[name],
    ),
  );
  return pod.status?.qosClass ?? (whole ? 'Guaranteed' : 'Burstable');
}
