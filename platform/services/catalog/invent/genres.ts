import type { Draw } from './draw.ts';

interface GenreOf {
  /** Of 100 titles' first genre. */
  readonly weight: number;
  readonly with: readonly string[];
  /** Ages that titles of it are for. */
  readonly ages: readonly number[];
}

export const genreTable: Readonly<Record<string, GenreOf>> = {
  drama: { weight: 17, with: ['romance', 'historical', 'crime', 'family', 'war', 'music'], ages: [0, 6, 12, 12, 16] },
  comedy: { weight: 13, with: ['romance', 'family', 'drama', 'crime', 'sport', 'music'], ages: [0, 0, 6, 12, 12] },
  thriller: { weight: 9, with: ['crime', 'mystery', 'action', 'drama', 'science fiction'], ages: [12, 16, 16, 18] },
  documentary: { weight: 8, with: ['music', 'sport', 'historical', 'crime', 'war'], ages: [0, 0, 6, 12] },
  action: { weight: 7, with: ['adventure', 'thriller', 'crime', 'science fiction', 'war'], ages: [12, 12, 16, 18] },
  romance: { weight: 7, with: ['comedy', 'drama', 'historical', 'music', 'fantasy'], ages: [0, 6, 12] },
  crime: { weight: 7, with: ['drama', 'thriller', 'mystery', 'historical', 'comedy'], ages: [12, 16, 16, 18] },
  'science fiction': { weight: 6, with: ['thriller', 'adventure', 'action', 'drama', 'comedy'], ages: [6, 12, 12, 16] },
  fantasy: { weight: 5, with: ['adventure', 'family', 'animation', 'romance', 'horror'], ages: [0, 6, 12, 12] },
  horror: { weight: 5, with: ['mystery', 'thriller', 'fantasy', 'comedy', 'science fiction'], ages: [16, 16, 18, 18] },
  mystery: { weight: 4, with: ['crime', 'thriller', 'drama', 'horror', 'historical'], ages: [6, 12, 12, 16] },
  adventure: { weight: 4, with: ['family', 'action', 'fantasy', 'historical', 'western'], ages: [0, 6, 12] },
  animation: { weight: 4, with: ['family', 'comedy', 'fantasy', 'adventure', 'science fiction'], ages: [0, 0, 6] },
  family: { weight: 4, with: ['comedy', 'animation', 'adventure', 'fantasy', 'music'], ages: [0, 0, 0, 6] },
  historical: { weight: 4, with: ['drama', 'war', 'romance', 'crime', 'adventure'], ages: [6, 12, 12, 16] },
  music: { weight: 3, with: ['drama', 'documentary', 'comedy', 'romance', 'family'], ages: [0, 0, 6, 12] },
  sport: { weight: 2, with: ['drama', 'documentary', 'comedy', 'family', 'thriller'], ages: [0, 0, 6, 12] },
  war: { weight: 2, with: ['drama', 'historical', 'action', 'thriller', 'romance'], ages: [12, 16, 16] },
  western: { weight: 2, with: ['adventure', 'action', 'drama', 'crime', 'comedy'], ages: [6, 12, 12, 16] },
};
export const genreWeights = Object.entries(genreTable).map(([name, { weight }]) => ({ name, weight }));
const total = Object.values(genreTable).reduce((sum, { weight }) => sum + weight, 0);

/** One to three, the most important first. */
export function genresOf(draw: Draw): readonly [string, ...string[]] {
  let left = draw.rng.next() * total;
  const first = genreWeights.find(({ weight }) => {
    left -= weight;
    return left < 0;
  })!.name;
  const more = new Set<string>();
  const count = draw.pick([0, 1, 1, 1, 2, 2]);
  for (let tries = 0; more.size < count && tries < 20; tries++) more.add(draw.pickEarly(genreTable[first]!.with, 1.5));
  return [first, ...more];
}

/** 0 for all. */
export const ageOf = (draw: Draw, genre: string): number => draw.pick(genreTable[genre]!.ages);
