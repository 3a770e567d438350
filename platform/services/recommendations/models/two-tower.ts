/**
 * Trains the two towers by our own backward pass on sampled softmax (Covington, Adams, Sargin: Deep Neural Networks for
 * YouTube Recommendations, 2016) with Adagrad (Duchi, Hazan, Singer 2011). A batch shares its drawn titles, so that a
 * number is stepped once a batch and not once an example: that took 405 s a seed of MovieLens small, this takes seconds.
 */
import type { Rng } from '#base/rng.ts';
import type { Dataset } from './dataset.ts';
import { forward, newTowers, type Seen, type TowerShape, type Towers, towerShape, towersModel } from './towers.ts';

export interface TwoTowerOptions extends TowerShape {
  /** Examples that are learnt from at a time. */
  readonly batch: number;
  /** Titles drawn, evenly, for a batch to be told from what came next. */
  readonly negatives: number;
  readonly epochs: number;
  readonly rate: number;
}

export const twoTowerDefaults: TwoTowerOptions = {
  ...towerShape,
  ...{ batch: 16, negatives: 96, epochs: 8, rate: 0.08 },
};

/** What a batch says of each number, and which rows of `embed` and `out` it says anything of. */
export interface Gradients extends Towers {
  readonly embedRows: Set<number>;
  readonly outRows: Set<number>;
}

export const noGradients = ({ embed, layer, out }: Towers): Gradients => ({
  embed: new Float32Array(embed.length),
  layer: new Float32Array(layer.length),
  out: new Float32Array(out.length),
  embedRows: new Set(),
  outRows: new Set(),
});

export interface Batch {
  /** What came next is `history[upTo]`. */
  readonly examples: readonly Seen[];
  readonly drawn: Int32Array;
}

/** The summed loss of a batch (nats); its gradients are added to `into`. */
export function learn(towers: Towers, { examples, drawn }: Batch, shape: TowerShape, into: Gradients): number {
  const { dims } = shape;
  const wide = dims + 1;
  const { out, layer } = towers;
  const among = new Int32Array(drawn.length + 1);
  const slopes = new Float64Array(among.length);
  const toPerson = new Float64Array(dims);
  const toMean = new Float64Array(dims);
  among.set(drawn, 1);
  for (const title of drawn) into.outRows.add(title);
  let loss = 0;
  for (const example of examples) {
    const { history, upTo } = example;
    const { from, weights, mean, person } = forward(towers, example, shape);
    const next = history[upTo]!;
    among[0] = next;
    into.outRows.add(next);
    loss += softmax(towers.out, { among, person, slopes });

    toPerson.fill(0);
    for (let n = 0; n < among.length; n++) {
      const slope = slopes[n]!;
      if (slope === 0) continue;
      const at = among[n]! * wide;
      for (let d = 0; d < dims; d++) toPerson[d]! += slope * out[at + d]!;
      for (let d = 0; d < wide; d++) into.out[at + d]! += slope * person[d]!;
    }
    toMean.fill(0);
    for (let a = 0; a < dims; a++) {
      const slope = toPerson[a]! * (1 - person[a]! ** 2);
      const at = a * wide;
      toMean[a]! += slope;
      for (let b = 0; b < dims; b++) toMean[b]! += slope * layer[at + b]!;
      for (let b = 0; b < wide; b++) into.layer[at + b]! += slope * mean[b]!;
    }
    for (let n = 0; n < weights.length; n++) {
      const title = history[from + n]!;
      into.embedRows.add(title);
      for (let d = 0; d < dims; d++) into.embed[title * dims + d]! += weights[n]! * toMean[d]!;
    }
  }
  return loss;
}

interface Scored {
  /** The title that came first, then what was drawn. */
  readonly among: Int32Array;
  readonly person: Float32Array;
  /** Written: probability, less 1 of what came; 0 of what was drawn though it came. */
  readonly slopes: Float64Array;
}

function softmax(out: Float32Array, { among, person, slopes }: Scored): number {
  const wide = person.length;
  let most = Number.NEGATIVE_INFINITY;
  for (let n = 0; n < among.length; n++) {
    let sum = 0;
    const at = among[n]! * wide;
    if (n > 0 && among[n] === among[0]) sum = Number.NEGATIVE_INFINITY;
    else for (let d = 0; d < wide; d++) sum += person[d]! * out[at + d]!;
    slopes[n] = sum;
    if (sum > most) most = sum;
  }
  const own = slopes[0]! - most;
  let total = 0;
  for (let n = 0; n < among.length; n++) {
    slopes[n] = Math.exp(slopes[n]! - most);
    total += slopes[n]!;
  }
  for (let n = 0; n < among.length; n++) slopes[n]! /= total;
  slopes[0]! -= 1;
  return Math.log(total) - own;
}

export interface TrainingProgress {
  /** After each pass over the examples, which waits for it. */
  readonly onEpoch?: (epoch: number, lossNats: number) => void | Promise<void>;
}

export async function trainTwoTower(
  data: Pick<Dataset, 'items' | 'sequences'>,
  rng: Rng,
  options: TwoTowerOptions = twoTowerDefaults,
  { onEpoch }: TrainingProgress = {},
) {
  const towers = newTowers(data.items, rng.fork('start'), options.dims);
  const squares = noGradients(towers);
  for (const array of [squares.embed, squares.layer, squares.out]) array.fill(1e-3);
  const gradients = noGradients(towers);
  const examples = data.sequences.flatMap((history) =>
    Array.from(history.subarray(1), (_, n): Seen => ({ history, upTo: n + 1 })),
  );
  const draw = rng.fork('draw');
  const drawn = new Int32Array(options.negatives);
  for (let epoch = 0; epoch < options.epochs; epoch++) {
    shuffle(examples, draw);
    let loss = 0;
    for (let at = 0; at < examples.length; at += options.batch) {
      for (let n = 0; n < drawn.length; n++) drawn[n] = Math.floor(draw.next() * data.items);
      loss += learn(towers, { examples: examples.slice(at, at + options.batch), drawn }, options, gradients);
      step(towers, gradients, squares, options);
    }
    await onEpoch?.(epoch, loss / examples.length);
  }
  return towersModel(towers, options);
}

/** Adagrad, over the rows that the batch touched; leaves the gradients at nothing. */
function step(towers: Towers, gradients: Gradients, squares: Towers, { dims, rate }: TwoTowerOptions): void {
  const go = (of: keyof Towers, from: number, to: number) => {
    const [numbers, slopes, sums] = [towers[of], gradients[of], squares[of]];
    for (let i = from; i < to; i++) {
      const slope = slopes[i]!;
      sums[i]! += slope * slope;
      numbers[i]! -= (rate * slope) / Math.sqrt(sums[i]!);
      slopes[i] = 0;
    }
  };
  go('layer', 0, towers.layer.length);
  for (const row of gradients.embedRows) go('embed', row * dims, (row + 1) * dims);
  for (const row of gradients.outRows) go('out', row * (dims + 1), (row + 1) * (dims + 1));
  gradients.embedRows.clear();
  gradients.outRows.clear();
}

function shuffle<T>(list: T[], rng: Rng): void {
  for (let i = list.length - 1; i > 0; i--) {
    const j = Math.floor(rng.next() * (i + 1));
    [list[i], list[j]] = [list[j]!, list[i]!];
  }
}
