import type { Probe } from '../types.ts';

/** Where a probe stands: how many results of a kind came in a row, and what it has concluded. */
export interface Standing {
  readonly verdict: 'unknown' | 'success' | 'failure';
  readonly last?: 'success' | 'failure';
  readonly inRow: number;
}

export const unknown: Standing = { verdict: 'unknown', inRow: 0 };

/** The standing after one more result. Defaults: failureThreshold 3, successThreshold 1 (Kubernetes API). */
export function judge(
  standing: Standing,
  ok: boolean,
  { failureThreshold = 3, successThreshold = 1 }: Probe,
): Standing {
  const last = ok ? 'success' : 'failure';
  const inRow = standing.last === last ? standing.inRow + 1 : 1;
  const reached = inRow >= (ok ? successThreshold : failureThreshold);
  return { verdict: reached ? last : standing.verdict, last, inRow };
}
