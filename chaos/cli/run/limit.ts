/** How long a run may take at most, so that nobody waits for ever. */
import { durationMs } from '#base/duration.ts';
import type { ExperimentSpec } from '../../engine/experiment.ts';
import { plannedMs } from './live-line.ts';

/** The load's start, the measuring of every target twice, the auditor, a change of the leading controller (Lease, 15 s). */
const OVERHEAD_MS = 120_000;

export function longestMs(spec: ExperimentSpec): number {
  const phases = (['Baseline', 'Inject', 'Recover'] as const).map((phase) => plannedMs(phase, spec) ?? 0);
  const rampUpMs = spec.load ? durationMs(spec.load.rampUp, 'spec.load.rampUp') : 0;
  return phases.reduce((sum, ms) => sum + ms, 0) + rampUpMs + OVERHEAD_MS;
}
