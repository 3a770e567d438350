/** MovieLens small (F. M. Harper, J. A. Konstan 2015) as the R package `dslabs` has it: one line a rating. */
import { FaultflixError } from '#base/errors.ts';
import type { Dataset } from '../models/dataset.ts';
import { atomsOf } from './pickle.ts';

export const RATINGS = 100_004;
export const FILMS = 9_066;

export interface Rating {
  readonly user: number;
  readonly film: number;
  readonly atS: number;
}

export interface Film {
  readonly id: number;
  readonly title: string;
  readonly year: number;
  readonly genres: string;
}

export interface MovieLens {
  readonly ratings: readonly Rating[];
  readonly films: readonly Film[];
}

/** Throws `bad-input` unless it is exactly the table that is known: its counts are checked. */
export function readTable(pickle: Buffer, expected = { ratings: RATINGS, films: FILMS }): MovieLens {
  const rows = expected.ratings;
  const blocks: Buffer[] = [];
  const texts: string[] = [];
  let objects = false;
  for (const atom of atomsOf(pickle)) {
    if (Buffer.isBuffer(atom)) {
      if (atom.length >= rows * 8) blocks.push(atom);
    } else if (atom === 'O8') objects = true;
    else if (objects && texts.length < 2 * rows) {
      if (typeof atom === 'string' && atom !== '|') texts.push(atom);
      else if (Number.isNaN(atom)) texts.push(''); // a film without a title
    }
  }
  const floats = blocks.find(({ length }) => length === 2 * 8 * rows);
  const whole = blocks.find(({ length }) => length === 4 * 8 * rows);
  const wrong = (received: string) =>
    new FaultflixError('bad-input', 'the table is not that of MovieLens small', {
      ...{ expected: `${rows} ratings of ${expected.films} films`, received, todo: 'rm the cache, then npm run data' },
    });
  if (floats === undefined || whole === undefined || texts.length !== 2 * rows)
    throw wrong(`${blocks.length} blocks of numbers, ${texts.length} texts`);
  const number = (column: number, row: number) => Number(whole.readBigInt64LE(8 * (column * rows + row)));
  const ratings: Rating[] = [];
  const films = new Map<number, Film>();
  for (let row = 0; row < rows; row++) {
    const id = number(1, row);
    ratings.push({ user: number(2, row), film: id, atS: number(3, row) });
    films.set(id, { id, title: texts[row]!, year: floats.readDoubleLE(8 * row), genres: texts[rows + row]! });
  }
  if (films.size !== expected.films) throw wrong(`${films.size} films`);
  return { ratings, films: [...films.values()].sort((a, b) => a.id - b.id) };
}

const dull = new Set(['the', 'and', 'for', 'with', 'from', 'aka', 'part', 'les', 'des', 'der', 'die', 'das']);
const wordsOf = (text: string) =>
  text
    .toLowerCase()
    .match(/[a-z]{3,}/g)
    ?.filter((word) => !dull.has(word)) ?? [];

export function datasetOf({ ratings, films }: MovieLens): Dataset {
  const indexOf = new Map(films.map(({ id }, i) => [id, i]));
  const byUser = Map.groupBy(ratings, ({ user }) => user);
  return {
    items: films.length,
    sequences: [...byUser.values()].map((of) =>
      Int32Array.from(of.toSorted((a, b) => a.atS - b.atS || a.film - b.film).map(({ film }) => indexOf.get(film)!)),
    ),
    features: films.map(({ title, year, genres }) => [
      ...genres.split('|').map((genre) => `genre:${genre}`),
      `decade:${Math.floor(year / 10)}`,
      ...wordsOf(title).map((word) => `word:${word}`),
    ]),
  };
}
