/**
 * Alternating least squares on implicit feedback (Hu, Koren, Volinsky: Collaborative Filtering for Implicit Feedback
 * Datasets, 2008). A new person is folded in by the same least squares that made the others, so nothing is trained again.
 */
import type { Rng } from '#base/rng.ts';
import { type Dataset, type ItemModel, nearNormal } from './dataset.ts';
import { solve } from './solve.ts';

export interface AlsOptions {
  readonly dims: number;
  /** Confidence of what was watched is 1 + this. */
  readonly alpha: number;
  readonly regularisation: number;
  readonly sweeps: number;
}

export const alsDefaults: AlsOptions = { dims: 24, alpha: 8, regularisation: 20, sweeps: 10 };

export function trainAls(data: Pick<Dataset, 'items' | 'sequences'>, rng: Rng, options = alsDefaults): ItemModel {
  const { dims } = options;
  const watchers = transpose(data);
  const items = Float32Array.from({ length: data.items * dims }, () => nearNormal(rng.next) * 0.1);
  const people = new Float32Array(data.sequences.length * dims);
  for (let sweep = 0; sweep < options.sweeps; sweep++) {
    let gram = gramOf(items, dims);
    for (const [u, seen] of data.sequences.entries()) people.set(fold(seen, items, { gram, ...options }), u * dims);
    gram = gramOf(people, dims);
    for (const [i, by] of watchers.entries()) items.set(fold(by, people, { gram, ...options }), i * dims);
  }
  return alsModel(items, options);
}

export function alsModel(vectors: Float32Array, options: AlsOptions): ItemModel {
  const gram = gramOf(vectors, options.dims);
  return { dims: options.dims, vectors, personOf: (history) => fold(history, vectors, { gram, ...options }) };
}

function transpose({ items, sequences }: Pick<Dataset, 'items' | 'sequences'>): number[][] {
  const watchers = Array.from({ length: items }, (): number[] => []);
  for (const [u, sequence] of sequences.entries()) for (const item of sequence) watchers[item]!.push(u);
  return watchers;
}

/** The sum over rows of row × rowᵀ, `dims` × `dims`. */
function gramOf(rows: Float32Array, dims: number): Float64Array {
  const gram = new Float64Array(dims * dims);
  for (let at = 0; at < rows.length; at += dims)
    for (let a = 0; a < dims; a++) {
      const value = rows[at + a]!;
      for (let b = 0; b <= a; b++) gram[a * dims + b]! += value * rows[at + b]!;
    }
  for (let a = 0; a < dims; a++) for (let b = 0; b < a; b++) gram[b * dims + a] = gram[a * dims + b]!;
  return gram;
}

function fold(
  seen: ArrayLike<number>,
  rows: Float32Array,
  { gram, dims, alpha, regularisation }: AlsOptions & { readonly gram: Float64Array },
): Float32Array {
  const matrix = gram.slice();
  const right = new Float64Array(dims);
  for (let d = 0; d < dims; d++) matrix[d * dims + d]! += regularisation;
  for (let n = 0; n < seen.length; n++) {
    const at = seen[n]! * dims;
    for (let a = 0; a < dims; a++) {
      const value = rows[at + a]!;
      right[a]! += (1 + alpha) * value;
      for (let b = 0; b <= a; b++) matrix[a * dims + b]! += alpha * value * rows[at + b]!;
    }
  }
  return solve(matrix, right);
}
