import { conditionsOf } from './conditions.ts';
import { eventChange } from './context.ts';
import type { Experiment } from './experiment.ts';
import type { ExperimentStatus } from './journal.ts';
import type { RunState } from './phase.ts';

/** 8 hex digits of the Experiment's uid: short enough for a toxic's name. */
export const runOf = (uid: string): string => uid.replaceAll('-', '').slice(0, 8);

export function initialStatus({ metadata, spec }: Experiment, nowMs: number): ExperimentStatus {
  return {
    phase: 'Pending',
    run: runOf(metadata.uid ?? ''),
    seed: spec.seed,
    startedAt: new Date(nowMs).toISOString(),
    phaseAtMs: { Pending: nowMs },
    conditions: [],
    targets: [],
    spared: [],
    marks: [],
    effects: [],
    events: [],
    residue: [],
  };
}

/** What the phase machine needs of a journal. */
export const stateOf = ({ phase, marks, abort }: ExperimentStatus): RunState => ({
  phase,
  marks: Object.fromEntries(marks.map(({ id, state }) => [id, state])),
  ...(abort ? { abort: { kind: abort.kind, reason: abort.reason } } : {}),
});

/** The journal after a step of the phase machine. */
export function withState(
  status: ExperimentStatus,
  before: RunState,
  { phase, marks, abort }: RunState,
  nowMs: number,
): ExperimentStatus {
  const entered = phase !== before.phase;
  const next: ExperimentStatus = {
    ...status,
    phase,
    marks: status.marks.map((mark) => ({ ...mark, state: marks[mark.id] ?? mark.state })),
    ...(entered ? { phaseAtMs: { ...status.phaseAtMs, [phase]: nowMs } } : {}),
    ...(abort && !status.abort ? { abort: { atMs: nowMs, kind: abort.kind, reason: abort.reason } } : {}),
  };
  return entered ? { ...eventChange(nowMs, 'phase', phase)(next), conditions: conditionsOf(next, nowMs) } : next;
}
