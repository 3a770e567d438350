/** A catalogue of twelve titles with two tastes, small enough that a test can say what must come out. */
import { seededRng } from '#base/rng.ts';
import { trainAls } from '../models/als.ts';
import { trainContent } from '../models/content.ts';
import { towerShape } from '../models/towers.ts';
import { trainTwoTower } from '../models/two-tower.ts';
import { Taste } from '../taste.ts';

export const ids = Array.from({ length: 12 }, (_, i) => `t${i}`);
const genreOf = (i: number) => (i % 2 === 0 ? 'drama' : 'crime');

/** Even titles are dramas, odd ones crime; whoever likes one of a kind likes that kind. */
export async function tinyTaste(): Promise<Taste> {
  const sequences = Array.from({ length: 40 }, (_, u) => Int32Array.from({ length: 4 }, (_, n) => (u + 2 * n) % 12));
  const features = ids.map((_, i) => [`genre:${genreOf(i)}`, `word:w${i}`]);
  const data = { items: ids.length, sequences, features };
  const rng = seededRng('tiny');
  const genres = ['drama', 'crime'].map((name) => ({
    name,
    titles: Int32Array.from(ids.keys()).filter((i) => genreOf(i) === name),
  }));
  const models = [
    trainAls(data, rng.fork('als'), { dims: 4, alpha: 8, regularisation: 2, sweeps: 6 }),
    trainContent(data, rng.fork('content')),
    await trainTwoTower(data, rng.fork('two-tower'), {
      ...towerShape,
      dims: 8,
      batch: 8,
      negatives: 6,
      epochs: 10,
      rate: 0.1,
    }),
  ];
  return new Taste({ ids, genres, models, weights: { person: [0.4, 0.3, 0.3], kin: [0.4, 0.4, 0.2] } });
}
