import type { Container } from '../types.ts';
import { backoffAfterRestart } from './restart.ts';
import type { ContainerRuntime, ContainerState, Exit, PodRuntime, Stopping } from './runtime.ts';

/** One function an event: the runtime after it. Pure; what happened is the caller's business. */

type Running = Extract<ContainerState, { at: 'running' }>;

/** A container is about to be started. `attempt` of the new instance is `restarts` of the result. */
export function starting(
  runtime: PodRuntime,
  { name, nowMs }: { readonly name: string; readonly nowMs: number },
): PodRuntime {
  return change(runtime, name, (known) => {
    const state: Running = { at: 'running', pid: 0, startedAtMs: nowMs, started: false, hooked: false, ready: false };
    if (known.state.at !== 'exited') return { ...known, state };
    const { exit } = known.state;
    return { state, restarts: known.restarts + 1, lastExit: exit, backoff: backoffAfterRestart(known, nowMs) };
  });
}

/** Its process exists. A container without hook and startup probe has started, one without readiness probe is ready. */
export function started(
  runtime: PodRuntime,
  { spec, pid }: { readonly spec: Container; readonly pid: number },
): PodRuntime {
  const next = running(runtime, spec.name, (state) => ({ ...state, pid }));
  return spec.lifecycle?.postStart ? next : hooked(next, spec);
}

/** Its postStart hook has ended. */
export function hooked(runtime: PodRuntime, spec: Container): PodRuntime {
  const next = running(runtime, spec.name, (state) => ({ ...state, hooked: true }));
  return spec.startupProbe ? next : startupPassed(next, spec);
}

export function startupPassed(runtime: PodRuntime, spec: Container): PodRuntime {
  return running(runtime, spec.name, (state) => ({
    ...state,
    started: true,
    ready: state.ready || !spec.readinessProbe,
  }));
}

export function readiness(
  runtime: PodRuntime,
  { name, ready }: { readonly name: string; readonly ready: boolean },
): PodRuntime {
  return running(runtime, name, (state) => ({ ...state, ready }));
}

export function stopping(runtime: PodRuntime, name: string, how: Stopping): PodRuntime {
  return running(runtime, name, (state) => ({ ...state, stopping: how }));
}

export function exited(runtime: PodRuntime, name: string, exit: Exit): PodRuntime {
  return change(runtime, name, (known) => ({ ...known, state: { at: 'exited', exit } }));
}

/** The container waits: its image or its configuration is not there. An earlier exit becomes the last state. */
export function held(
  runtime: PodRuntime,
  {
    name,
    ...wait
  }: {
    readonly name: string;
    readonly reason: string;
    readonly message: string;
    readonly retryAtMs: number;
    readonly fails: number;
    readonly sinceMs: number;
  },
): PodRuntime {
  return change(runtime, name, (known) => {
    const state: ContainerState = { at: 'waiting', ...wait };
    return known.state.at === 'exited'
      ? { ...known, state, lastExit: known.state.exit, restarts: known.restarts + 1 }
      : { ...known, state };
  });
}

function running(runtime: PodRuntime, name: string, edit: (state: Running) => Running): PodRuntime {
  return change(runtime, name, (known) =>
    known.state.at === 'running' ? { ...known, state: edit(known.state) } : known,
  );
}

function change(runtime: PodRuntime, name: string, edit: (known: ContainerRuntime) => ContainerRuntime): PodRuntime {
  const known = runtime.containers[name];
  return known ? { ...runtime, containers: { ...runtime.containers, [name]: edit(known) } } : runtime;
}

/** The exit of a container that was never started because its program is not there (containerd's own words and code). */
export function startError({
  message,
  nowMs,
  attempt,
}: {
  readonly message: string;
  readonly nowMs: number;
  readonly attempt: number;
}): Exit {
  return { exitCode: 128, reason: 'StartError', message, startedAtMs: 0, finishedAtMs: nowMs, attempt };
}

/** Remembers since when each condition has its status. The same runtime when nothing changed. */
export function noteConditions(
  runtime: PodRuntime,
  conditions: readonly { readonly type: string; readonly status: string; readonly lastTransitionTime: string }[],
  nowMs: number,
): PodRuntime {
  const changed = conditions.filter(({ type, status }) => runtime.conditions?.[type]?.status !== status);
  if (changed.length === 0) return runtime;
  const next = { ...runtime.conditions };
  for (const { type, status, lastTransitionTime } of changed) {
    next[type] = { status, sinceMs: Math.min(nowMs, Date.parse(lastTransitionTime)) };
  }
  return { ...runtime, conditions: next };
}
