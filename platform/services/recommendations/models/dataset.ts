/** What people watched, as the models see it: titles are numbers from 0, people are the order in which they watched. */
export interface Dataset {
  readonly items: number;
  /** Of each person, the oldest first. */
  readonly sequences: readonly Int32Array[];
  /** Of each title, words that say what it is: `genre:drama`, `person:…`, `word:salt`. */
  readonly features: readonly (readonly string[])[];
}

/** A trained model: vectors of titles, and how a person's history becomes a vector of the same space. */
export interface ItemModel {
  readonly dims: number;
  /** `items` rows of `dims`; a row's dot product with the person's vector is its score. */
  readonly vectors: Float32Array;
  /** The oldest first; never empty. */
  personOf(history: ArrayLike<number>): Float32Array;
}

/** Scores of all titles. */
export function scoresOf({ dims, vectors }: Pick<ItemModel, 'dims' | 'vectors'>, person: Float32Array): Float32Array {
  const scores = new Float32Array(vectors.length / dims);
  for (let i = 0, at = 0; i < scores.length; i++, at += dims) {
    let sum = 0;
    for (let d = 0; d < dims; d++) sum += person[d]! * vectors[at + d]!;
    scores[i] = sum;
  }
  return scores;
}

export function popularityOf({ items, sequences }: Pick<Dataset, 'items' | 'sequences'>): Float32Array {
  const counts = new Float32Array(items);
  for (const sequence of sequences) for (const item of sequence) counts[item]!++;
  return counts;
}

/** Roughly normal, by the sum of three uniforms; good enough to begin training from. */
export const nearNormal = (next: () => number) => (next() + next() + next() - 1.5) * 2;
