/**
 * Leave-last-out by time, all titles ranked. Models learn from all but each person's last two titles; the weights of the
 * blend are chosen by the last but one; the last is looked at once, in the end.
 */
import { seededRng } from '#base/rng.ts';
import { blend, standardised, weightings } from '../models/blend.ts';
import { type Dataset, type ItemModel, popularityOf, scoresOf } from '../models/dataset.ts';
import { type Named, type OnProgress, trainModels } from '../models/train.ts';
import { ndcgAt, rankOf, recallAt } from './metrics.ts';

export const K = 10;
/** Weights are tried in steps of a tenth. */
const STEPS = 10;

export interface Score {
  readonly recall: number;
  readonly ndcg: number;
}

export interface Evaluation {
  readonly seed: number;
  /** By method: `random`, `popularity`, each model, `blend`. */
  readonly scores: Readonly<Record<string, Score>>;
  /** By model. */
  readonly weights: Readonly<Record<string, number>>;
  readonly people: number;
}

export interface Evaluated {
  readonly evaluation: Evaluation;
  readonly models: readonly Named[];
}

/** Of a person: what is known, and what came next. */
export interface Case {
  readonly history: Int32Array;
  readonly target: number;
}

export interface EvaluateOptions {
  readonly seed: number;
  readonly onProgress?: OnProgress;
}

/** People with fewer than three titles are left out. */
export async function evaluate(all: Dataset, { seed, onProgress }: EvaluateOptions): Promise<Evaluated> {
  const sequences = all.sequences.filter(({ length }) => length >= 3);
  const known: Dataset = { ...all, sequences: sequences.map((sequence) => sequence.slice(0, -2)) };
  const rng = seededRng(seed);
  const models = await trainModels(known, rng, { onProgress });
  await onProgress?.('weights');
  const weights = bestWeights(
    models.map(({ model }) => model),
    casesOf(sequences, 2),
  );
  await onProgress?.('test');
  const popular = popularityOf(known);
  const random = rng.fork('random');
  const test = casesOf(sequences, 1);
  const ranked = test.map((one) => {
    const watched = new Set(one.history);
    const judge = (scores: Float32Array) => scoreOf(rankOf(scores, one.target, watched));
    const own = models.map(({ model }) => standardised(scoresOf(model, model.personOf(one.history))));
    return {
      random: judge(Float32Array.from({ length: all.items }, () => random.next())),
      popularity: judge(popular),
      ...Object.fromEntries(models.map(({ name }, m) => [name, judge(own[m]!)])),
      blend: judge(blend(own, weights)),
    } as Readonly<Record<string, Score>>;
  });
  const evaluation = {
    seed,
    people: test.length,
    weights: Object.fromEntries(models.map(({ name }: Named, m) => [name, weights[m]!])),
    scores: Object.fromEntries(Object.keys(ranked[0]!).map((name) => [name, mean(ranked.map((of) => of[name]!))])),
  };
  return { evaluation, models };
}

/** What came `back` titles before the end, and all before it. */
export const casesOf = (sequences: readonly Int32Array[], back: number): Case[] =>
  sequences.map((sequence) => ({ history: sequence.slice(0, -back), target: sequence.at(-back)! }));

/** The weights with the best NDCG; of equal ones those that come first. */
export function bestWeights(models: readonly ItemModel[], cases: readonly Case[]): readonly number[] {
  const tried = weightings(models.length, STEPS);
  const sums = new Float64Array(tried.length);
  for (const { history, target } of cases) {
    const watched = new Set(history);
    const scores = models.map((model) =>
      rivals(standardised(scoresOf(model, model.personOf(history))), target, watched),
    );
    for (const [n, weights] of tried.entries()) sums[n]! += ndcgAt(rankOfBlend(scores, weights), K);
  }
  return tried[sums.indexOf(Math.max(...sums))]!;
}

/** The scores of the target, first, and of all titles that were not watched. */
function rivals(scores: Float32Array, target: number, watched: ReadonlySet<number>): Float32Array {
  const found = new Float32Array(scores.length);
  found[0] = scores[target]!;
  let at = 1;
  for (let i = 0; i < scores.length; i++) if (i !== target && !watched.has(i)) found[at++] = scores[i]!;
  return found.subarray(0, at);
}

/** The first one's rank, as `rankOf` has it, without a list of blended scores for each way to weigh them. */
function rankOfBlend(scores: readonly Float32Array[], weights: readonly number[]): number {
  const count = scores[0]!.length;
  const sums = new Float64Array(count);
  for (const [m, of] of scores.entries()) {
    const weight = weights[m]!;
    if (weight !== 0) for (let i = 0; i < count; i++) sums[i]! += weight * of[i]!;
  }
  let rank = 1;
  for (let i = 1; i < count; i++) if (!(sums[i]! < sums[0]!)) rank++;
  return rank;
}

const scoreOf = (rank: number): Score => ({ recall: recallAt(rank, K), ndcg: ndcgAt(rank, K) });

function mean(scores: readonly Score[]): Score {
  const of = (pick: (score: Score) => number) => scores.reduce((sum, score) => sum + pick(score), 0) / scores.length;
  return { recall: of(({ recall }) => recall), ndcg: of(({ ndcg }) => ndcg) };
}
