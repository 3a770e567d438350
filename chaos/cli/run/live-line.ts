/** What a watcher reads while a run goes on: the phase, how long of how long, and what viewers see. Pure. */
import { durationMs } from '#base/duration.ts';
import type { ExperimentSpec } from '../../engine/experiment.ts';
import type { ExperimentStatus, Phase } from '../../engine/journal.ts';
import { amount, percent } from '../../report/words.ts';
import { elapsed } from '../terminal/step.ts';

/** How long a phase is meant to take, in ms; undefined when the file does not say. */
export function plannedMs(phase: Phase, spec: ExperimentSpec): number | undefined {
  switch (phase) {
    case 'Baseline':
      return durationMs(spec.baseline, 'spec.baseline');
    case 'Inject':
      return Math.max(
        ...spec.method.map(
          ({ at, duration }) => durationMs(at, 'at') + (duration ? durationMs(duration, 'duration') : 0),
        ),
      );
    case 'Recover':
      return durationMs(spec.recovery, 'spec.recovery');
    default:
      return undefined;
  }
}

export function liveLine(status: ExperimentStatus, spec: ExperimentSpec, nowMs: number): string {
  const begunMs = status.phaseAtMs[status.phase];
  const planned = plannedMs(status.phase, spec);
  const time =
    begunMs === undefined
      ? ''
      : ` ${elapsed(nowMs - begunMs)}${planned ? ` of ${status.phase === 'Recover' ? 'at most ' : ''}${elapsed(planned)}` : ''}`;
  return `${status.phase}${time}  ${viewersText(status)}`.trimEnd();
}

function viewersText({ live }: ExperimentStatus): string {
  if (!live) return '';
  return [
    `${live.viewers} viewers`,
    `${live.sps.toFixed(1)} SPS`,
    `${percent(live.errorRatio)} errors of ${live.requests}`,
    `start-up p95 ${amount(live.startupP95Ms, 'ms')}`,
    `rebuffering ${percent(live.rebufferRatio)}`,
  ].join('  ');
}
