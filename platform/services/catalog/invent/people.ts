import type { Rng } from '#base/rng.ts';
import { fold } from '#platform/stores/titles/search/fold.ts';
import type { StoredTitle } from '#platform/stores/titles.ts';
import { type Draw, drawing } from './draw.ts';
import { personName } from './proper-names.ts';

export interface People {
  /** A director and the cast, the first the most important; nobody twice. */
  castOf(draw: Draw, genres: readonly string[]): StoredTitle['people'];
}

/** New people a title: the rest of its cast have been in another. */
const A_TITLE = 0.6;
const LEAST = 60;

/**
 * A company of actors and directors. Each has a genre where most of the work is, and few have much of it: who is asked
 * for is the u³-th of the genre's, so that a tenth of the people have about half of the parts.
 */
export function company({ rng, titles, genres }: { rng: Rng; titles: number; genres: readonly string[] }): People {
  const draw = drawing(rng);
  const names = new Set<string>();
  const folded = new Set<string>();
  const wanted = Math.max(LEAST * genres.length, Math.round(titles * A_TITLE));
  for (let tries = 0; names.size < wanted && tries < wanted * 20; tries++) {
    const name = personName(draw);
    const key = fold(name);
    if (folded.has(key)) continue;
    folded.add(key);
    names.add(name);
  }
  const all = [...names];
  const byGenre = new Map(genres.map((genre, i) => [genre, all.filter((_, at) => at % genres.length === i)]));
  return {
    castOf(draw, of) {
      const found = new Set<string>();
      const wanted = 1 + draw.int(2, 5);
      for (let tries = 0; found.size < wanted && tries < 100; tries++) {
        const genre = draw.chance(0.8) ? draw.pickEarly(of, 1.5) : draw.pick(genres);
        found.add(draw.pickEarly(byGenre.get(genre) ?? all, 3));
      }
      return [...found].map((name, i) => ({ name, role: i === 0 ? 'director' : 'cast' }));
    },
  };
}
