/** The Experiments of the cluster, newest first. Pure. */
import type { Outcome } from '#chaos/engine/journal.ts';
import type { FeedState, RunView } from '../../feed/wire.ts';
import { dateAndTime, wholeSeconds } from './format.ts';
import { outcomeOf } from './run.ts';

export interface ExperimentRow {
  readonly uid: string;
  readonly name: string;
  readonly title: string;
  readonly started: string;
  readonly took: string;
  readonly phase: string;
  readonly running: boolean;
  readonly outcome: Outcome | undefined;
  /** The first reason of the verdict. */
  readonly why: string;
  readonly seed: number;
}

export function experimentRows(state: FeedState, nowMs: number): readonly ExperimentRow[] {
  return newestFirst(state).map((run) => {
    const { spec, status, createdAt } = run;
    const startedMs = Date.parse(status?.startedAt ?? createdAt);
    const endMs = status?.completedAt === undefined ? nowMs : Date.parse(status.completedAt);
    return {
      uid: run.uid,
      name: run.name,
      title: spec.title,
      started: dateAndTime(status?.startedAt ?? createdAt),
      took: wholeSeconds(endMs - startedMs),
      phase: status?.phase ?? 'Pending',
      running: status?.phase !== 'Complete',
      outcome: outcomeOf(run),
      why: status?.verdict?.reasons[0] ?? '',
      seed: status?.seed ?? spec.seed,
    };
  });
}

export function newestFirst({ runs }: FeedState): readonly RunView[] {
  return Object.values(runs).sort((a, b) => b.createdAt.localeCompare(a.createdAt) || a.name.localeCompare(b.name));
}

/** The one that a page without a name shows: what runs now, else the newest. */
export function currentRun(state: FeedState): RunView | undefined {
  const runs = newestFirst(state);
  return runs.find(({ status }) => status && !['Pending', 'Complete'].includes(status.phase)) ?? runs[0];
}
