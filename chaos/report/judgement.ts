/**
 * The outcome that a report may show. The controller's verdict is taken as it is, but for one thing: `held` must be
 * borne out by the record itself. What the record does not show is never green.
 */
import { exitCodes, type Outcome } from '../engine/journal.ts';
import type { RunRecord } from './record.ts';

export interface Judgement {
  readonly outcome: Outcome;
  readonly exitCode: number;
  readonly reasons: readonly string[];
}

export function judge(record: RunRecord): Judgement {
  const { status } = record.experiment;
  const { verdict } = status;
  if (!verdict) {
    return status.abort
      ? judgement('aborted', [status.abort.reason])
      : judgement('inconclusive', [`the run ended in phase ${status.phase} without a verdict`]);
  }
  if (verdict.outcome !== 'held') {
    const known = Object.hasOwn(exitCodes, verdict.outcome);
    return judgement(known ? verdict.outcome : 'inconclusive', verdict.reasons);
  }
  const doubts = doubtsOf(record);
  const worst = (['residue', 'deviated', 'inconclusive'] as const).find((outcome) =>
    doubts.some((doubt) => doubt.outcome === outcome),
  );
  if (!worst) return judgement('held', verdict.reasons);
  const reasons = doubts.map(({ reason }) => reason);
  return judgement(worst, [...reasons, 'the journal says held, but does not show it']);
}

const judgement = (outcome: Outcome, reasons: readonly string[]): Judgement => ({
  outcome,
  exitCode: exitCodes[outcome],
  reasons,
});

interface Doubt {
  readonly outcome: 'residue' | 'deviated' | 'inconclusive';
  readonly reason: string;
}

/** Everything in the record that a `held` would contradict. */
function doubtsOf({ experiment: { spec, status } }: RunRecord): readonly Doubt[] {
  const verdict = status.verdict!;
  const doubts: Doubt[] = [];
  const unknown = (reason: string) => doubts.push({ outcome: 'inconclusive', reason });
  if (status.phase !== 'Complete') unknown(`the run ended in phase ${status.phase}`);
  if (spec.steadyState.length === 0) unknown('nothing was expected');
  spec.steadyState.forEach(({ measure }, index) => {
    const judged = verdict.expectations.filter((each) => each.index === index);
    if (!judged.some(({ window }) => window === 'fault')) unknown(`${measure} was not judged under the fault`);
  });
  for (const { measure, window, result, value, samples, needed } of verdict.expectations) {
    // A baseline that was not steady shows nothing about the fault.
    if (result === 'deviated' && window === 'baseline') unknown(`the baseline was not steady: ${measure}`);
    else if (result === 'deviated') doubts.push({ outcome: 'deviated', reason: `${measure} deviated under the fault` });
    else if (result !== 'held' || value === undefined || !Number.isFinite(value))
      unknown(`${measure} has no value (${window})`);
    else if (samples < needed) unknown(`${measure} has ${samples} samples of ${needed} needed (${window})`);
  }
  if (status.marks.length === 0) unknown('there were no targets');
  for (const { id, fault, target } of status.marks) {
    const potency = verdict.potency.find(({ mark }) => mark === id);
    if (!potency?.potent) unknown(`${fault} on ${target.name} had no measured effect`);
    if (potency?.residue === 'unknown') unknown(`${target.name} was not measured again after recovery`);
    if (potency?.residue === 'found')
      doubts.push({ outcome: 'residue', reason: `${fault} left something on ${target.name}` });
  }
  if (status.residue.length > 0)
    doubts.push({ outcome: 'residue', reason: `${status.residue.length} differences left` });
  return doubts;
}
