import type { ExperimentSpec } from './experiment.ts';
import type { ExperimentStatus, MarkRecord } from './journal.ts';
import type { Bucket } from './load-stream.ts';
import type { Observer } from './observer.ts';
import type { RunEvent, RunState } from './phase.ts';
import type { Planner } from './plan.ts';
import type { RunnerPorts } from './ports.ts';

export type Change = (status: ExperimentStatus) => ExperimentStatus;

/** What the tasks of a run share. */
export interface RunContext {
  readonly spec: ExperimentSpec;
  readonly run: string;
  readonly ports: RunnerPorts;
  readonly observer: Observer;
  readonly planner: Planner;
  /** Aborts when the run is handed over or its journal is lost; nothing is done after that. */
  readonly signal: AbortSignal;
  readonly status: ExperimentStatus;
  readonly state: RunState;
  /** Something happened: it is journalled together with `change`, then what follows from it is done. */
  emit(event: RunEvent, change?: Change): void;
  /** A change of the journal that no phase depends on. */
  note(change: Change): void;
  /** One thing at a time to one mark: what is under way ends before the next begins. */
  serial<T>(mark: string, work: () => Promise<T>): Promise<T>;
  /** Resolves with the next bucket; with undefined when the stream ended, or after `timeoutMs` without one. */
  nextBucket(timeoutMs: number): Promise<Bucket | undefined>;
  bucketCame(bucket: Bucket): void;
  /** Resolves when the journal has changed. */
  changed(): Promise<void>;
}

export const markOf = ({ status }: RunContext, id: string): MarkRecord => {
  const mark = status.marks.find((candidate) => candidate.id === id);
  if (!mark) throw new Error(`no mark ${id} in the journal`);
  return mark;
};

/** A change of one mark's record. */
export const markChange =
  (id: string, change: Partial<MarkRecord>): Change =>
  (status) => ({ ...status, marks: status.marks.map((mark) => (mark.id === id ? { ...mark, ...change } : mark)) });

export const eventChange =
  (atMs: number, type: string, message: string): Change =>
  (status) => ({ ...status, events: [...status.events.slice(-199), { atMs, type, message }] });

export const both =
  (...changes: readonly Change[]): Change =>
  (status) =>
    changes.reduce((result, change) => change(result), status);
