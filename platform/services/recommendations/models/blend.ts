/** Several models' scores as one: each made comparable (mean 0, deviation 1 over all titles), then weighed and summed. */

/** In place. Scores that are all the same become 0. */
export function standardised(scores: Float32Array): Float32Array {
  let sum = 0;
  for (let i = 0; i < scores.length; i++) sum += scores[i]!;
  const mean = sum / scores.length;
  let squares = 0;
  for (let i = 0; i < scores.length; i++) squares += (scores[i]! - mean) ** 2;
  const deviation = Math.sqrt(squares / scores.length);
  for (let i = 0; i < scores.length; i++) scores[i] = deviation > 0 ? (scores[i]! - mean) / deviation : 0;
  return scores;
}

/** Of standardised scores. */
export function blend(scores: readonly Float32Array[], weights: readonly number[]): Float32Array {
  const blended = new Float32Array(scores[0]?.length ?? 0);
  for (const [m, of] of scores.entries()) {
    const weight = weights[m] ?? 0;
    for (let i = 0; i < of.length; i++) blended[i]! += weight * of[i]!;
  }
  return blended;
}

/** All ways to part 1 into `parts`, in steps of 1/`steps`. */
export function weightings(parts: number, steps: number): number[][] {
  const found: number[][] = [];
  const go = (left: number, chosen: readonly number[]): void => {
    if (chosen.length === parts - 1) found.push([...chosen, left].map((n) => n / steps));
    else for (let n = 0; n <= left; n++) go(left - n, [...chosen, n]);
  };
  go(steps, []);
  return found;
}

export interface Wanted {
  readonly count: number;
  readonly without: ReadonlySet<number>;
  /** Only these, in their own order; all when absent. */
  readonly among?: Int32Array;
}

/** The best titles, the best first; of titles with the same score those that come first. */
export function best(scores: Float32Array, { count, without, among }: Wanted): number[] {
  const top: number[] = [];
  const candidates = among?.length ?? scores.length;
  if (count < 1) return top;
  for (let n = 0; n < candidates; n++) {
    const i = among?.[n] ?? n;
    if ((top.length === count && scores[i]! <= scores[top[count - 1]!]!) || without.has(i)) continue;
    let at = top.length;
    while (at > 0 && scores[top[at - 1]!]! < scores[i]!) at--;
    top.splice(at, 0, i);
    if (top.length > count) top.pop();
  }
  return top;
}
