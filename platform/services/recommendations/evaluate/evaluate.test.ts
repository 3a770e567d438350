import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ItemModel } from '../models/dataset.ts';
import { bestWeights, casesOf, type Evaluation, evaluate } from './evaluate.ts';
import { figures, spreadOf } from './report.ts';

const items = 30;
/** Each likes every third title, from a first one on. */
const sequences = Array.from({ length: 45 }, (_, u) => Int32Array.from({ length: 8 }, (_, n) => (u + 3 * n) % items));
const features = Array.from({ length: items }, (_, i) => [`genre:g${i % 3}`]);

/** A model that gives everybody the same scores. */
const constant = (scores: readonly number[]): ItemModel => ({
  dims: 1,
  vectors: Float32Array.from(scores),
  personOf: () => Float32Array.of(1),
});

describe('the evaluation', () => {
  it('holds the last titles back', () => {
    const [one] = casesOf([Int32Array.of(1, 2, 3, 4)], 2);
    assert.deepEqual([[...one!.history], one!.target], [[1, 2], 3]);
  });

  it('finds the models better than chance and popularity where there is something to learn, the same from a seed', async () => {
    const { evaluation } = await evaluate({ items, sequences, features }, { seed: 1 });
    const { scores, people } = evaluation;
    assert.equal(people, 45);
    for (const name of ['als', 'two-tower', 'blend'])
      for (const lesser of ['random', 'popularity'])
        assert.ok(scores[name]!.ndcg > scores[lesser]!.ndcg, `${name} ${JSON.stringify(scores)}`);
    assert.deepEqual((await evaluate({ items, sequences, features }, { seed: 1 })).evaluation, evaluation);
  });

  it('weighs what is right, and nothing that is wrong or broken', () => {
    const cases = [{ history: Int32Array.of(0), target: 3 }];
    const right = constant([0, 1, 0, 9]);
    const wrong = constant([0, 9, 5, 1]);
    assert.deepEqual(bestWeights([right, wrong], cases).length, 2);
    const [ofRight, ofWrong] = bestWeights([wrong, right], cases);
    assert.ok(ofWrong! > ofRight!, `${ofRight} ${ofWrong}`);
    const broken = constant([Number.NaN, Number.NaN, Number.NaN, Number.NaN]);
    assert.deepEqual(bestWeights([broken, right], cases), [0, 1]);
  });
});

describe('the report', () => {
  const one = (seed: number, blend: number): Evaluation => ({
    ...{ seed, people: 2, weights: { als: 0.5, content: 0.25, 'two-tower': 0.25 } },
    scores: Object.fromEntries(
      ['random', 'popularity', 'content', 'als', 'two-tower', 'blend'].map((name) => {
        const value = name === 'blend' ? blend : name === 'als' ? 0.1 : 0.05;
        return [name, { recall: value, ndcg: value }];
      }),
    ),
  });

  it('has mean and spread', () => {
    assert.deepEqual(spreadOf([1, 2, 3]), { mean: 2, deviation: 1 });
    assert.deepEqual(spreadOf([5]), { mean: 5, deviation: 0 });
  });

  it('says when the blend is not ahead', () => {
    assert.match(figures([one(1, 0.2), one(2, 0.3)], []), /recall \+0\.1500 ± 0\.0707 \(ahead in 2 of 2 seeds\)/);
    assert.match(figures([one(1, 0.2), one(2, 0.05)], []), /ahead in 1 of 2 seeds/);
    assert.match(figures([one(1, 0.08)], []), /recall -0\.0200 ± 0\.0000 \(ahead in 0 of 1 seeds\)/);
  });
});
