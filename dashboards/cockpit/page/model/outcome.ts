/** The outcome that the page may show. Pure. */

import type { ExperimentSpec } from '#chaos/engine/experiment.ts';
import type { ExperimentStatus, Outcome } from '#chaos/engine/journal.ts';

export interface ShownOutcome {
  readonly outcome: Outcome;
  readonly reasons: readonly string[];
}

/** How each outcome is drawn. Only `held` is ever `good`. */
export const looks: Readonly<
  Record<Outcome, { readonly word: string; readonly tone: Tone; readonly meaning: string }>
> = {
  held: { word: 'Held', tone: 'good', meaning: 'Every expectation was measured under the fault, and held.' },
  deviated: { word: 'Deviated', tone: 'bad', meaning: 'The system did not stay as it was expected to.' },
  inconclusive: {
    word: 'Inconclusive',
    tone: 'doubt',
    meaning: 'The evidence cannot carry a verdict. This is not a pass.',
  },
  aborted: { word: 'Aborted', tone: 'stopped', meaning: 'The run was ended early and healed; nothing was shown.' },
  residue: { word: 'Residue', tone: 'left', meaning: 'Something of the faults was left behind.' },
  'bad-input': { word: 'Refused', tone: 'stopped', meaning: 'The Experiment was refused; nothing was injected.' },
};

export type Tone = 'good' | 'bad' | 'doubt' | 'stopped' | 'left';

/**
 * The controller's verdict as it is, but for one thing: `held` must be borne out by the journal's own records. What the
 * journal does not show is never green, and an outcome nobody knows is a doubt. Undefined while there is no verdict and
 * the run goes on.
 */
export function shownOutcome(spec: ExperimentSpec, status: ExperimentStatus | undefined): ShownOutcome | undefined {
  if (!status) return undefined;
  const { verdict } = status;
  if (!verdict) {
    if (status.phase !== 'Complete') return undefined;
    return { outcome: 'inconclusive', reasons: ['the run is complete and has no verdict'] };
  }
  if (!Object.hasOwn(looks, verdict.outcome)) {
    const reason = `the journal says ${verdict.outcome}, which this page does not know`;
    return { outcome: 'inconclusive', reasons: [reason, ...verdict.reasons] };
  }
  if (verdict.outcome !== 'held') return verdict;
  const doubts = doubtsOf(spec, status);
  if (doubts.length === 0) return verdict;
  return { outcome: 'inconclusive', reasons: ['the journal says held, but does not show it', ...doubts] };
}

function doubtsOf(spec: ExperimentSpec, { phase, verdict, marks, residue }: ExperimentStatus): readonly string[] {
  const { expectations, potency, exitCode } = verdict!;
  return [
    ...(phase === 'Complete' || phase === 'Verdict' ? [] : [`the run is still in phase ${phase}`]),
    ...(exitCode === 0 ? [] : [`its exit code is ${exitCode}`]),
    ...(spec.steadyState.length === 0 ? ['nothing was expected'] : []),
    ...spec.steadyState
      .filter((_, index) => !expectations.some((each) => each.index === index && each.window === 'fault'))
      .map(({ measure }) => `${measure} was not judged under the fault`),
    ...expectations
      .filter(({ result, value }) => result !== 'held' || value === undefined || !Number.isFinite(value))
      .map(({ measure, window, result }) => `${measure} in the ${window} window: ${result}`),
    ...(marks.length === 0 ? ['there were no targets'] : []),
    ...marks
      .filter(({ id }) => !potency.some(({ mark, potent }) => mark === id && potent))
      .map(({ fault, target }) => `${fault} on ${target.name} had no measured effect`),
    ...potency.filter((each) => each.residue !== 'none').map(({ pod, residue: found }) => `${pod}: residue ${found}`),
    ...(residue.length > 0 ? [`${residue.length} differences were left`] : []),
  ];
}
