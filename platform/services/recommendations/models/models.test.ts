import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { seededRng } from '#base/rng.ts';
import { trainAls } from './als.ts';
import { best, blend, standardised, weightings } from './blend.ts';
import { trainContent } from './content.ts';
import { popularityOf, scoresOf } from './dataset.ts';
import { solve } from './solve.ts';
import { newTowers, type Towers, towerShape } from './towers.ts';
import { learn, noGradients, type TwoTowerOptions, trainTwoTower } from './two-tower.ts';

/** Two tastes: even titles, or odd ones, each watched in a circle by steps of two. */
const items = 20;
const sequences = Array.from({ length: 60 }, (_, u) => Int32Array.from({ length: 8 }, (_, n) => (u + 2 * n) % items));
const features = Array.from({ length: items }, (_, i) => [`genre:${i % 2 === 0 ? 'even' : 'odd'}`, `word:w${i}`]);
const data = { items, sequences, features };
const small: TwoTowerOptions = { ...towerShape, dims: 12, batch: 4, negatives: 8, epochs: 12, rate: 0.1 };
const none = new Set<number>();

describe('models', async () => {
  const twoTower = await trainTwoTower(data, seededRng(1), small);
  const models = {
    als: trainAls(data, seededRng(1), { dims: 4, alpha: 8, regularisation: 2, sweeps: 8 }),
    content: trainContent(data, seededRng(1)),
    'two-tower': twoTower,
  };
  for (const [name, model] of Object.entries(models))
    it(`${name} gives a person who likes the even titles more of them, and another the odd ones; popularity cannot`, () => {
      const popular = best(standardised(popularityOf(data)), { count: 2, without: none });
      for (const parity of [0, 1]) {
        const history = [4 + parity, 6 + parity, 8 + parity];
        const found = best(scoresOf(model, model.personOf(history)), { count: 2, without: new Set(history) });
        assert.ok(
          found.every((item) => item % 2 === parity),
          `${found}`,
        );
      }
      assert.ok([0, 1].some((parity) => popular.some((item) => item % 2 !== parity)));
    });

  it('two-tower learns what comes next, which the others cannot know', () => {
    const history = [4, 6, 8];
    const scores = scoresOf(twoTower, twoTower.personOf(history));
    assert.equal(best(scores, { count: 1, without: new Set(history) })[0], 10);
  });

  it('are the same from the same seed, and others from another', async () => {
    assert.deepEqual((await trainTwoTower(data, seededRng(1), small)).vectors, twoTower.vectors);
    assert.notDeepEqual((await trainTwoTower(data, seededRng(2), small)).vectors, twoTower.vectors);
  });
});

it("the two towers' gradients are those of the loss, also where a drawn title is the one that came", () => {
  const options = { ...small, dims: 3 };
  const towers = newTowers(6, seededRng(3), 3);
  const batch = {
    examples: [
      { history: [0, 1, 0, 2, 3], upTo: 4 },
      { history: [5, 4], upTo: 1 },
    ],
    drawn: Int32Array.of(4, 5, 1),
  };
  const gradients = noGradients(towers);
  learn(towers, batch, options, gradients);
  const loss = () => learn(towers, batch, options, noGradients(towers));
  let looked = 0;
  for (const name of ['embed', 'layer', 'out'] as readonly (keyof Towers)[])
    for (const [at, gradient] of gradients[name].entries()) {
      const numbers = towers[name];
      const was = numbers[at]!;
      numbers[at] = was + 1e-2;
      const above = loss();
      numbers[at] = was - 1e-2;
      const slope = (above - loss()) / 2e-2;
      numbers[at] = was;
      assert.ok(Math.abs(slope - gradient) < 2e-4, `${name}[${at}]: ${gradient} is not ${slope}`);
      if (gradient !== 0) looked++;
    }
  assert.ok(looked > 30, `${looked} numbers have a slope`);
  assert.deepEqual([...gradients.outRows].sort(), [1, 3, 4, 5]);
});

it('a system of equations is solved, and one without a solution is refused', () => {
  const [x, y] = solve(Float64Array.of(4, 0, 2, 3), Float64Array.of(10, 8));
  assert.ok(Math.abs(x! - 1.75) < 1e-6 && Math.abs(y! - 1.5) < 1e-6);
  assert.throws(() => solve(Float64Array.of(1, 0, 2, 1), Float64Array.of(1, 1)), { code: 'internal' });
});

describe('a blend', () => {
  it('makes scores of any size comparable, and has none of what all titles have', () => {
    const scores = [Float32Array.of(1000, 0, 500), Float32Array.of(0, 1, 0.1)].map(standardised);
    assert.equal(best(blend(scores, [1, 0]), { count: 1, without: none })[0], 0);
    assert.equal(best(blend(scores, [0, 1]), { count: 1, without: none })[0], 1);
    assert.deepEqual([...standardised(Float32Array.of(7, 7, 7))], [0, 0, 0]);
  });
  it('is weighed in all ways', () => {
    assert.equal(weightings(3, 10).length, 66);
    for (const weights of weightings(3, 10)) assert.ok(Math.abs(weights.reduce((a, b) => a + b) - 1) < 1e-9);
  });
  it('finds the best, without some, among some', () => {
    const scores = Float32Array.of(1, 5, 5, 3);
    assert.deepEqual(best(scores, { count: 9, without: none }), [1, 2, 3, 0]);
    assert.deepEqual(best(scores, { count: 2, without: new Set([1]) }), [2, 3]);
    assert.deepEqual(best(scores, { count: 2, without: none, among: Int32Array.of(0, 3) }), [3, 0]);
    assert.deepEqual(best(scores, { count: 0, without: none }), []);
  });
});
