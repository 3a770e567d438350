/**
 * Where the one held-out title stands among all titles that the person had not watched: 1 is the best. A title of the
 * same score counts as better, so a model that says the same of everything is worth nothing.
 */
export function rankOf(scores: Float32Array, target: number, watched: ReadonlySet<number>): number {
  let rank = 1;
  for (let i = 0; i < scores.length; i++)
    if (i !== target && !watched.has(i) && !(scores[i]! < scores[target]!)) rank++;
  return rank;
}

/** With one relevant title: it is among the first `k` or not. */
export const recallAt = (rank: number, k: number) => (rank <= k ? 1 : 0);

/** With one relevant title the ideal gain is 1, so this is the gain itself (Järvelin, Kekäläinen 2002). */
export const ndcgAt = (rank: number, k: number) => (rank <= k ? 1 / Math.log2(rank + 1) : 0);
