import { AsyncLocalStorage } from 'node:async_hooks';
import type { Clock } from '#base/clock.ts';
import { FaultflixError } from '#base/errors.ts';
import type { MetricInfo, Sample, Tags } from '../results/sample.ts';
import type { Blocking } from './http/blocking.ts';
import type { Connections } from './http/connections.ts';
import type { Cookies } from './http/cookies.ts';
import type { Options } from './options.ts';

/** What all virtual users of a run share. One run at a time a process: scripts find it through `theRun`. */
export interface Run {
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string>>;
  readonly scriptPath: string;
  readonly startedAtMs: number;
  readonly options: Options;
  declare(info: MetricInfo): void;
  emit(sample: Sample): void;
  /** Ends the run early; the first reason stays. */
  abort(reason: string): void;
  /** The script used what this driver lacks: the run cannot go on. */
  refused(error: FaultflixError): void;
  /** `exec.test.fail`: the run goes on, and fails. */
  fail(message: string): void;
  /** For requests that block, outside iterations. */
  readonly blocking: Blocking;
  readonly shared: Map<string, readonly unknown[]>;
  readonly instance: InstanceState;
}

export interface InstanceState {
  iterationsCompleted: number;
  iterationsInterrupted: number;
  vusActive: number;
  vusInitialized: number;
}

export interface ScenarioState {
  readonly name: string;
  readonly executor: string;
  readonly env: Readonly<Record<string, string>>;
  readonly tags: Tags;
  /** Exported function that an iteration calls. */
  readonly exec: string;
  startedAtMs: number;
  durationMs: number;
  iterations: number;
}

export type Phase = 'setup' | 'iteration' | 'teardown' | 'summary';

/** One call of a script's function: what `__VU`, `exec.*`, tags and groups refer to while it runs. */
export interface Call {
  readonly run: Run;
  readonly phase: Phase;
  /** 0 in setup and teardown. */
  readonly vu: number;
  readonly scenario: ScenarioState | undefined;
  readonly connections: Connections;
  readonly cookies: Cookies;
  readonly state: VuState;
  readonly iterationInInstance: number;
  readonly iterationInScenario: number;
  readonly iterationInTest: number;
  group: string;
  /** Set when the driver gave the call up: whatever its leftovers still do counts for nothing. */
  interrupted: boolean;
  readonly signal: AbortSignal;
}

/** What a virtual user keeps from one iteration to the next. */
export interface VuState {
  readonly tags: Record<string, string>;
  readonly metadata: Record<string, string>;
}

const storage = new AsyncLocalStorage<Call>();
let run: Run | undefined;
let initialising = 0;

export const callOf = (): Call | undefined => storage.getStore();
export const within = <T>(call: Call, body: () => T): T => storage.run(call, body);

export function enterRun(next: Run | undefined): void {
  run = next;
}
export function setInitialising(vu: number): void {
  initialising = vu;
}
export const currentVu = (): number => callOf()?.vu ?? initialising;

export function theRun(): Run {
  if (run) return run;
  throw new FaultflixError('internal', 'a k6 module was used outside a run');
}

/** The call in progress. `what` is named in the error when there is none: k6 forbids it in the init context too. */
export function theCall(what: string): Call {
  const call = callOf();
  if (call) return call;
  throw new FaultflixError('bad-input', `${what} is not available in the init context`, {
    where: run?.scriptPath ?? '',
    todo: 'call it in the default function, in setup or in teardown',
  });
}

/** Tags of everything that the call measures. */
export function tagsOf(call: Call, extra?: Readonly<Record<string, unknown>> | null): Record<string, string> {
  const tags: Record<string, string> = { ...call.run.options.tags };
  if (call.scenario) Object.assign(tags, { scenario: call.scenario.name }, call.scenario.tags);
  if (call.group !== '') tags.group = call.group;
  Object.assign(tags, call.state.tags);
  for (const [name, value] of Object.entries(extra ?? {})) tags[name] = String(value);
  return tags;
}

export function measure(call: Call, metric: string, value: number, tags: Tags): void {
  if (call.interrupted) return;
  call.run.emit({ metric, atMs: call.run.clock.now(), value, tags });
}
