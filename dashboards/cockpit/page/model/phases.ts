/** The phases of a run with what each took, for the stepper. Pure. */

import { parseDurationMs } from '#base/duration.ts';
import type { ExperimentSpec } from '#chaos/engine/experiment.ts';
import type { ExperimentStatus, Phase } from '#chaos/engine/journal.ts';

/** In the order of the journal; `Pending` is what comes before the run. */
export const shownPhases = ['Baseline', 'Inject', 'Recover', 'Verdict'] as const satisfies readonly Phase[];

export interface PhaseStep {
  readonly name: (typeof shownPhases)[number];
  readonly state: 'todo' | 'current' | 'done' | 'skipped';
  /** Of the phase, so far. */
  readonly elapsedMs?: number;
  /** As the Experiment says; for recovery at most. */
  readonly plannedMs?: number;
}

export function phaseSteps(
  spec: ExperimentSpec,
  status: ExperimentStatus | undefined,
  nowMs: number,
): readonly PhaseStep[] {
  const at = status?.phaseAtMs ?? {};
  const begun = (['Pending', ...shownPhases, 'Complete'] as const).flatMap((name) =>
    at[name] === undefined ? [] : [at[name]],
  );
  return shownPhases.map((name) => {
    const planned = plannedMs(name, spec);
    const plan = planned === undefined ? {} : { plannedMs: planned };
    const fromMs = at[name];
    const over = status?.phase === 'Complete';
    if (fromMs === undefined) {
      // Phases are only ever skipped forward: one without a time, with a later one begun, never was.
      const passed = over || shownPhases.slice(shownPhases.indexOf(name)).some((later) => at[later] !== undefined);
      return { name, state: passed ? 'skipped' : 'todo', ...plan };
    }
    if (status?.phase === name) return { name, state: 'current', elapsedMs: Math.max(0, nowMs - fromMs), ...plan };
    const untilMs = Math.min(...begun.filter((ms) => ms > fromMs));
    const elapsed = Number.isFinite(untilMs) ? untilMs - fromMs : 0;
    return { name, state: 'done', elapsedMs: elapsed, ...plan };
  });
}

function plannedMs(phase: Phase, spec: ExperimentSpec): number | undefined {
  switch (phase) {
    case 'Baseline':
      return parseDurationMs(spec.baseline);
    case 'Inject':
      return Math.max(
        0,
        ...spec.method.map(({ at, duration = '0s' }) => (parseDurationMs(at) ?? 0) + (parseDurationMs(duration) ?? 0)),
      );
    case 'Recover':
      return parseDurationMs(spec.recovery);
    default:
      return undefined;
  }
}
