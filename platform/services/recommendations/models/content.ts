/**
 * What a title is: its words weighed by how rare they are (TF-IDF) and by their kind, thrown onto few dimensions by random
 * signs, which keeps angles (Achlioptas 2003). A person is the mean of what they watched, the latest counting most.
 */
import { type Rng, seededRng } from '#base/rng.ts';
import type { Dataset, ItemModel } from './dataset.ts';

export const contentDefaults = {
  dims: 64,
  /** Titles back at which a title counts half. */
  halfLife: 8,
  /** By what stands before the colon of a word. */
  weights: { genre: 2, person: 1, kind: 0.5, decade: 0.5, word: 1, plot: 0.3 } as Readonly<Record<string, number>>,
} as const;

export function trainContent({ items, features }: Pick<Dataset, 'items' | 'features'>, rng: Rng): ItemModel {
  const { dims, weights } = contentDefaults;
  const seen = new Map<string, number>();
  for (const words of features) for (const word of new Set(words)) seen.set(word, (seen.get(word) ?? 0) + 1);
  const seed = Math.floor(rng.next() * 2 ** 32);
  const directions = new Map<string, Int8Array>();
  const directionOf = (word: string): Int8Array => {
    let direction = directions.get(word);
    if (direction === undefined) {
      const own = seededRng(`${seed} ${word}`);
      direction = Int8Array.from({ length: dims }, () => (own.next() < 0.5 ? -1 : 1));
      directions.set(word, direction);
    }
    return direction;
  };
  const vectors = new Float32Array(items * dims);
  for (const [i, words] of features.entries()) {
    const row = vectors.subarray(i * dims, (i + 1) * dims);
    for (const word of new Set(words)) {
      const rarity = Math.log(1 + items / seen.get(word)!) * (weights[word.slice(0, word.indexOf(':'))] ?? 1);
      const direction = directionOf(word);
      for (let d = 0; d < dims; d++) row[d]! += rarity * direction[d]!;
    }
    normalise(row);
  }
  return contentModel(vectors);
}

export function contentModel(vectors: Float32Array): ItemModel {
  const { dims, halfLife } = contentDefaults;
  const personOf = (history: ArrayLike<number>): Float32Array => {
    const person = new Float32Array(dims);
    for (let n = 0; n < history.length; n++) {
      const weight = 0.5 ** ((history.length - 1 - n) / halfLife);
      const at = history[n]! * dims;
      for (let d = 0; d < dims; d++) person[d]! += weight * vectors[at + d]!;
    }
    return normalise(person);
  };
  return { dims, vectors, personOf };
}

/** To length 1, in place; a row of zeros stays. */
export function normalise(row: Float32Array): Float32Array {
  let squares = 0;
  for (let d = 0; d < row.length; d++) squares += row[d]! ** 2;
  if (squares > 0) for (let d = 0; d < row.length; d++) row[d]! /= Math.sqrt(squares);
  return row;
}
