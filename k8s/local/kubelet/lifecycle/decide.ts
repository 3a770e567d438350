import { type ContainerSpec, containersOf, type Pod } from '../types.ts';
import { isReference } from './reference.ts';
import { nextStartMs, pullBackoffMs, restarts } from './restart.ts';
import { type ContainerRuntime, type ContainerState, isUp, type PodRuntime, type Stopping } from './runtime.ts';
import { START_ERROR_SHOWN_MS } from './status.ts';

/** What is to be done next. Each is carried out once and changes the runtime, so that deciding again gives the rest. */
export type Action =
  | { readonly do: 'prepare' }
  | { readonly do: 'initialized' }
  | { readonly do: 'start'; readonly container: string }
  /** The container cannot start: it waits with this reason. */
  | {
      readonly do: 'hold';
      readonly container: string;
      readonly reason: string;
      readonly message: string;
      readonly retryAtMs: number;
      readonly fails: number;
    }
  /** Begin to end a running container: preStop, SIGTERM, and SIGKILL at the deadline. */
  | { readonly do: 'stop'; readonly container: string; readonly stopping: Stopping }
  | { readonly do: 'signal'; readonly container: string; readonly signal: 'SIGTERM' | 'SIGKILL' }
  | { readonly do: 'fail'; readonly reason: string; readonly message: string }
  | { readonly do: 'end' }
  /** Nothing of the pod runs and the API wants it gone: report the last status, remove the object. */
  | { readonly do: 'finish' };

export interface Decision {
  readonly actions: readonly Action[];
  /** When to decide again though nothing happened. */
  readonly wakeAtMs: number;
}

export interface World {
  readonly nowMs: number;
  readonly hasImage: (reference: string) => boolean;
}

/** Never less than this between SIGTERM and SIGKILL once a graceful end began (kubelet: minimumGracePeriodInSeconds). */
const LEAST_GRACE_MS = 2_000;
const PULL_ERROR_SHOWN_MS = 1_000;
const NEVER = Number.POSITIVE_INFINITY;

/** The kubelet's whole mind: what a pod, as the API wants it and as it runs, needs now. Pure. */
export function decide(pod: Pod, runtime: PodRuntime, world: World): Decision {
  const { nowMs } = world;
  if (pod.metadata.deletionTimestamp !== undefined || runtime.failure) return end(pod, runtime, nowMs);
  const deadlineMs = deadlineOf(pod, runtime);
  if (nowMs >= deadlineMs && !settled(pod, runtime)) {
    const message = 'Pod was active on the node longer than the specified deadline';
    return just({ do: 'fail', reason: 'DeadlineExceeded', message });
  }
  const decision = run(pod, runtime, world);
  return { actions: decision.actions, wakeAtMs: Math.min(decision.wakeAtMs, deadlineMs, wakeOf(runtime)) };
}

/** All main containers have ended for good, or an init container has. */
export function settled(pod: Pod, runtime: PodRuntime): boolean {
  return containersOf(pod).some((c) => c.kind === 'init' && over(pod, c, runtime) && failed(c, runtime))
    ? containersOf(pod).every((c) => !isUp(runtime.containers[c.spec.name]))
    : mains(pod).every((c) => over(pod, c, runtime));
}

function run(pod: Pod, runtime: PodRuntime, world: World): Decision {
  if (!runtime.prepared) {
    const retryAtMs = runtime.trouble?.retryAtMs ?? 0;
    return world.nowMs >= retryAtMs ? just({ do: 'prepare' }) : { actions: [], wakeAtMs: retryAtMs };
  }
  const plan = new Plan(pod, runtime, world);
  const lost = containersOf(pod).some((c) => c.kind === 'init' && over(pod, c, runtime) && failed(c, runtime));
  if (lost || mains(pod).every((c) => over(pod, c, runtime))) return endSidecars(pod, runtime, world.nowMs);
  let initializing = !runtime.initialized;
  for (const container of containersOf(pod)) {
    const known = runtime.containers[container.spec.name]!;
    if (container.kind === 'main') {
      if (!initializing) plan.keep(container);
      continue;
    }
    if (container.kind === 'sidecar') {
      plan.keep(container);
      if (initializing && !(known.state.at === 'running' && known.state.started)) return plan.decision();
      continue;
    }
    if (!initializing || (known.state.at === 'exited' && known.state.exit.exitCode === 0)) continue;
    plan.keep(container);
    return plan.decision();
  }
  if (initializing) {
    initializing = false;
    return just({ do: 'initialized' });
  }
  return plan.decision();
}

type Waiting = Extract<ContainerState, { at: 'waiting' }>;

/** Collects the starts and stops of containers that should run. */
class Plan {
  readonly #pod: Pod;
  readonly #runtime: PodRuntime;
  readonly #world: World;
  readonly #actions: Action[] = [];
  #wakeAtMs = NEVER;

  constructor(pod: Pod, runtime: PodRuntime, world: World) {
    this.#pod = pod;
    this.#runtime = runtime;
    this.#world = world;
  }

  keep(container: ContainerSpec): void {
    const known = this.#runtime.containers[container.spec.name]!;
    const { state } = known;
    if (state.at === 'running') this.#actions.push(...overdue(container, known, this.#world.nowMs));
    else if (state.at === 'waiting') this.#startAt(container, state.retryAtMs ?? 0);
    else if (!over(this.#pod, container, this.#runtime)) {
      const shownUntilMs = state.exit.finishedAtMs + START_ERROR_SHOWN_MS;
      if (state.exit.reason === 'StartError' && this.#world.nowMs < shownUntilMs)
        this.#wakeAtMs = Math.min(this.#wakeAtMs, shownUntilMs);
      this.#startAt(container, nextStartMs(known, state.exit));
    }
  }

  #startAt(container: ContainerSpec, atMs: number): void {
    const { name, image = '' } = container.spec;
    const { state } = this.#runtime.containers[name]!;
    if (this.#world.nowMs < atMs) {
      this.#wakeAtMs = Math.min(this.#wakeAtMs, atMs);
      if (state.at === 'waiting' && state.reason === 'ErrImagePull') this.#pullBackOff(container, state);
    } else if (this.#world.hasImage(image)) {
      this.#actions.push({ do: 'start', container: name });
    } else {
      this.#noImage(container, (state.at === 'waiting' ? (state.fails ?? 0) : 0) + 1);
    }
  }

  #noImage({ spec: { name, image, imagePullPolicy } }: ContainerSpec, fails: number): void {
    const { nowMs } = this.#world;
    const hold = { do: 'hold', container: name, fails } as const;
    if (!isReference(image ?? '')) {
      const message = `Failed to apply default image tag "${image}": couldn't parse image name "${image}": invalid reference format`;
      this.#actions.push({ ...hold, reason: 'InvalidImageName', message, retryAtMs: nowMs + 10_000 });
    } else if (imagePullPolicy === 'Never') {
      const message = `Container image "${image}" is not present with pull policy of Never`;
      this.#actions.push({ ...hold, reason: 'ErrImageNeverPull', message, retryAtMs: nowMs + 10_000 });
    } else {
      const message = `failed to pull and unpack image "${image}": not in the local cluster's table of images`;
      this.#actions.push({ ...hold, reason: 'ErrImagePull', message, retryAtMs: nowMs + pullBackoffMs(fails) });
    }
  }

  /** The error itself is shown for a moment, then that the kubelet waits. */
  #pullBackOff({ spec: { name, image } }: ContainerSpec, state: Waiting): void {
    const { sinceMs = 0, retryAtMs = 0, fails = 1, message: cause } = state;
    if (this.#world.nowMs < sinceMs + PULL_ERROR_SHOWN_MS) {
      this.#wakeAtMs = Math.min(this.#wakeAtMs, sinceMs + PULL_ERROR_SHOWN_MS);
      return;
    }
    const message = `Back-off pulling image "${image}": ErrImagePull: ${cause}`;
    this.#actions.push({ do: 'hold', container: name, reason: 'ImagePullBackOff', message, retryAtMs, fails });
  }

  decision(): Decision {
    return { actions: this.#actions, wakeAtMs: this.#wakeAtMs };
  }
}

/** Ends all containers: the main ones at once, then the sidecars, the last started first, within one grace period. */
function end(pod: Pod, runtime: PodRuntime, nowMs: number): Decision {
  const sinceMs = runtime.endingSinceMs;
  if (sinceMs === undefined) return just({ do: 'end' });
  const graceMs = graceOf(pod);
  const ordinary = containersOf(pod).filter((c) => c.kind !== 'sidecar' && isUp(runtime.containers[c.spec.name]));
  const sidecar = containersOf(pod).findLast((c) => c.kind === 'sidecar' && isUp(runtime.containers[c.spec.name]));
  const turn =
    graceMs === 0
      ? containersOf(pod).filter((c) => isUp(runtime.containers[c.spec.name]))
      : ordinary.length > 0
        ? ordinary
        : sidecar
          ? [sidecar]
          : [];
  if (turn.length === 0) return pod.metadata.deletionTimestamp === undefined ? nothing : just({ do: 'finish' });
  const deadlineMs = Math.max(sinceMs + graceMs, turn === ordinary || graceMs === 0 ? 0 : nowMs + LEAST_GRACE_MS);
  return stopAll(turn, runtime, { nowMs, deadlineMs, reason: 'Completed', byForce: graceMs === 0 });
}

function endSidecars(pod: Pod, runtime: PodRuntime, nowMs: number): Decision {
  const sidecar = containersOf(pod).findLast((c) => c.kind === 'sidecar' && isUp(runtime.containers[c.spec.name]));
  if (!sidecar) return nothing;
  return stopAll([sidecar], runtime, {
    nowMs,
    deadlineMs: nowMs + graceOf(pod),
    reason: 'Completed',
    byForce: false,
  });
}

interface StopPlan {
  readonly nowMs: number;
  readonly deadlineMs: number;
  readonly reason: string;
  /** Without any grace, also for what is ending in its own. */
  readonly byForce: boolean;
}

function stopAll(
  turn: readonly ContainerSpec[],
  runtime: PodRuntime,
  { nowMs, deadlineMs, reason, byForce }: StopPlan,
): Decision {
  const actions: Action[] = [];
  let wakeAtMs = NEVER;
  for (const container of turn) {
    const known = runtime.containers[container.spec.name]!;
    const { state } = known;
    if (state.at !== 'running') continue;
    const { name } = container.spec;
    // A grace that has begun stands, whatever a later deletion asks, but for one by force: the kubelet does not cancel
    // what it asked of the runtime (kubelet.go, SyncTerminatingPod; kubernetes#113606).
    if (state.stopping && (!byForce || state.stopping.step === 'killed')) {
      actions.push(...overdue(container, known, nowMs));
      wakeAtMs = Math.min(wakeAtMs, state.stopping.step === 'killed' ? NEVER : state.stopping.deadlineMs);
      continue;
    }
    if (deadlineMs <= nowMs) {
      actions.push({ do: 'signal', container: name, signal: 'SIGKILL' });
      continue;
    }
    const step = container.spec.lifecycle?.preStop ? 'hook' : 'signalled';
    actions.push({ do: 'stop', container: name, stopping: { reason, deadlineMs, step } });
    wakeAtMs = Math.min(wakeAtMs, deadlineMs);
  }
  return { actions, wakeAtMs };
}

/** A container that is being stopped and has outlived its deadline is killed. */
function overdue({ spec }: ContainerSpec, { state }: ContainerRuntime, nowMs: number): Action[] {
  if (state.at !== 'running' || !state.stopping || state.stopping.step === 'killed') return [];
  if (nowMs < state.stopping.deadlineMs) return [];
  if (state.stopping.step === 'signalled') return [{ do: 'signal', container: spec.name, signal: 'SIGKILL' }];
  // A hook that outlasted the grace period: the container still gets its SIGTERM, and a moment to heed it.
  const stopping: Stopping = { ...state.stopping, step: 'signalled', deadlineMs: nowMs + LEAST_GRACE_MS };
  return [{ do: 'stop', container: spec.name, stopping }];
}

function over(pod: Pod, { kind, spec }: ContainerSpec, runtime: PodRuntime): boolean {
  const state = runtime.containers[spec.name]?.state;
  return state?.at === 'exited' && !restarts({ pod, kind, spec, exit: state.exit });
}

function failed({ spec }: ContainerSpec, runtime: PodRuntime): boolean {
  const state = runtime.containers[spec.name]?.state;
  return state?.at === 'exited' && state.exit.exitCode !== 0;
}

const mains = (pod: Pod) => containersOf(pod).filter((c) => c.kind === 'main');

/** The pod's grace: the deletion's when it is being deleted, else the spec's. */
export function graceOf(pod: Pod): number {
  const seconds =
    pod.metadata.deletionTimestamp === undefined
      ? pod.spec.terminationGracePeriodSeconds
      : (pod.metadata.deletionGracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds);
  return (seconds ?? 30) * 1_000;
}

function deadlineOf(pod: Pod, runtime: PodRuntime): number {
  const seconds = pod.spec.activeDeadlineSeconds;
  return seconds === undefined ? NEVER : runtime.startedAtMs + seconds * 1_000;
}

/** The next deadline of a container that is being stopped for a reason of its own, such as a failed probe. */
function wakeOf(runtime: PodRuntime): number {
  let wakeAtMs = NEVER;
  for (const { state } of Object.values(runtime.containers)) {
    if (state.at === 'running' && state.stopping && state.stopping.step !== 'killed') {
      wakeAtMs = Math.min(wakeAtMs, state.stopping.deadlineMs);
    }
  }
  return wakeAtMs;
}

const nothing: Decision = { actions: [], wakeAtMs: NEVER };
const just = (action: Action): Decision => ({ actions: [action], wakeAtMs: NEVER });
