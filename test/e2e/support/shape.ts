/** What a verdict says, without its figures: what two clusters must agree in. */
import type { RunRecord } from '#chaos/report/record.ts';
import { type Victim, victimsOf } from './victims.ts';

export interface VerdictShape {
  readonly outcome: string;
  readonly exitCode: number;
  readonly expectations: readonly string[];
  readonly faults: readonly string[];
  readonly victims: readonly Victim[];
  readonly residue: number;
  readonly audit: string;
  readonly measured: readonly string[];
}

export function shapeOf({ experiment, load }: RunRecord): VerdictShape {
  const { status } = experiment;
  const verdict = status.verdict!;
  return {
    outcome: verdict.outcome,
    exitCode: verdict.exitCode,
    expectations: verdict.expectations.map((each) => `${each.window}: ${each.expected}: ${each.result}`).sort(),
    faults: verdict.potency
      .map(({ fault, namespace, potent, residue, mark, measurements }) =>
        [mark, fault, namespace, `potent ${potent}`, `measured ${measurements > 0}`, `residue ${residue}`].join(', '),
      )
      .sort(),
    victims: victimsOf(status),
    residue: status.residue.length,
    audit: verdict.audit?.verdict ?? 'none',
    // The kinds of request that viewers made: a platform of which half is missing shows here.
    measured: [...new Set(load.buckets.flatMap(({ requests }) => Object.keys(requests)))].sort(),
  };
}
