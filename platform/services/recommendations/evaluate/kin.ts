import { best } from '../models/blend.ts';
import type { Dataset } from '../models/dataset.ts';
import type { Named } from '../models/train.ts';
import type { Film, MovieLens } from '../movielens/table.ts';
import { KIN_WEIGHTS, Taste } from '../taste.ts';

/** Films whose neighbours everybody can judge. Titles as MovieLens has them. */
export const wellKnown = [
  'Toy Story',
  'Star Wars: Episode IV - A New Hope',
  'The Matrix',
  'Pulp Fiction',
  'The Silence of the Lambs',
  'The Lord of the Rings: The Fellowship of the Ring',
  'Pretty Woman',
  'Alien',
] as const;

const NEIGHBOURS = 6;
/** Of a film that fewer people rated too little is known. */
const LEAST_RATED = 20;

export interface Kin {
  readonly of: string;
  readonly neighbours: readonly string[];
}

/** The nearest films of well-known ones, as `Similar` of the service finds them; of those that some people rated. */
export function kinOf({ films }: Pick<MovieLens, 'films'>, data: Dataset, models: readonly Named[]): Kin[] {
  const rated = new Uint32Array(films.length);
  for (const sequence of data.sequences) for (const film of sequence) rated[film]!++;
  const among = Int32Array.from(films.keys()).filter((film) => rated[film]! >= LEAST_RATED);
  const taste = new Taste({
    ids: films.map(({ id }) => `${id}`),
    genres: [],
    models: models.map(({ model }) => model),
    weights: { person: [], kin: KIN_WEIGHTS },
  });
  return wellKnown.flatMap((title) => {
    const film = films.findIndex((one) => plain(one.title) === plain(title));
    if (film < 0) return [];
    const found = best(taste.likeTitle(film), { count: NEIGHBOURS, without: new Set([film]), among });
    return [{ of: named(films[film]!), neighbours: found.map((other) => named(films[other]!)) }];
  });
}

/** `Matrix, The` is `The Matrix`. */
const plain = (title: string): string => title.replace(/^(.*), (The|A|An)\b(.*)$/, '$2 $1$3').replace(/ \(.*\)$/, '');
const named = ({ title, year }: Film): string => `${plain(title)} (${year})`;
