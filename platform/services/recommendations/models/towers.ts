/**
 * A small neural network of what comes next. The tower of the person reads their latest titles, the last weighing most,
 * through one hidden layer with a way around it; the tower of the title is a vector and a bias.
 */
import type { Rng } from '#base/rng.ts';
import { type ItemModel, nearNormal } from './dataset.ts';

export interface TowerShape {
  readonly dims: number;
  /** How many titles back the person's tower looks. */
  readonly memory: number;
  /** A title counts so much of the one after it. */
  readonly fading: number;
}

export const towerShape: TowerShape = { dims: 32, memory: 20, fading: 0.85 };

/** All the numbers of a network. A row of `embed` has `dims`; of `layer` and `out` `dims` + 1, the last the bias. */
export interface Towers {
  readonly embed: Float32Array;
  readonly layer: Float32Array;
  readonly out: Float32Array;
}

export function newTowers(items: number, rng: Rng, dims: number): Towers {
  const small = (length: number, size: number) => Float32Array.from({ length }, () => nearNormal(rng.next) * size);
  return {
    embed: small(items * dims, 0.1),
    layer: small(dims * (dims + 1), 0.01),
    out: small(items * (dims + 1), 0.1),
  };
}

/** Weights of the latest titles that the tower sees, the oldest first, with sum 1. */
export function weightsOf(upTo: number, { memory, fading }: TowerShape): { from: number; weights: Float32Array } {
  const from = Math.max(0, upTo - memory);
  const weights = Float32Array.from({ length: upTo - from }, (_, n) => fading ** (upTo - from - 1 - n));
  let total = 0;
  for (const weight of weights) total += weight;
  for (let n = 0; n < weights.length; n++) weights[n]! /= total;
  return { from, weights };
}

export interface Seen {
  readonly history: ArrayLike<number>;
  /** Titles of the history before this place are known. */
  readonly upTo: number;
}

/** The weighed mean of what was seen (its last number is 1), and the person's vector (its last is 1 too, for biases). */
export function forward({ embed, layer }: Towers, { history, upTo }: Seen, shape: TowerShape) {
  const { dims } = shape;
  const { from, weights } = weightsOf(upTo, shape);
  const mean = new Float32Array(dims + 1);
  mean[dims] = 1;
  for (let n = 0; n < weights.length; n++) {
    const at = history[from + n]! * dims;
    const weight = weights[n]!;
    for (let d = 0; d < dims; d++) mean[d]! += weight * embed[at + d]!;
  }
  const person = new Float32Array(dims + 1);
  person[dims] = 1;
  for (let a = 0; a < dims; a++) {
    let sum = mean[a]!;
    const at = a * (dims + 1);
    for (let b = 0; b <= dims; b++) sum += layer[at + b]! * mean[b]!;
    person[a] = Math.tanh(sum);
  }
  return { from, weights, mean, person };
}

export function towersModel(towers: Towers, shape: TowerShape): ItemModel & { readonly towers: Towers } {
  return {
    towers,
    dims: shape.dims + 1,
    vectors: towers.out,
    personOf: (history) => forward(towers, { history, upTo: history.length }, shape).person,
  };
}
