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
const A_TITLE = 0.8;
const LEAST = 60;

export interface CompanyOf {
  readonly rng: Rng;
  readonly titles: number;
  readonly genres: readonly { readonly name: string; readonly weight: number }[];
}

/**
 * A company of actors and directors. Each has a genre where most of the work is, and few have much of it: who is asked
 * for is the u^1.6-th of the genre's, so that a tenth of the people have about a quarter of the parts.
 */
export function company({ rng, titles, genres }: CompanyOf): People {
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
  const whole = genres.reduce((sum, { weight }) => sum + weight, 0);
  let before = 0;
  const byGenre = new Map<string, readonly string[]>();
  for (const { name, weight } of genres) {
    const from = Math.floor((before / whole) * all.length);
    before += weight;
    byGenre.set(name, all.slice(from, Math.max(from + 1, Math.floor((before / whole) * all.length))));
  }
  return {
    castOf(draw, of) {
      const found = new Set<string>();
      const wanted = 1 + draw.int(2, 5);
      for (let tries = 0; found.size < wanted && tries < 100; tries++) {
        const genre = draw.chance(0.8) ? draw.pickEarly(of, 1.5) : draw.pick(genres).name;
        found.add(draw.pickEarly(byGenre.get(genre) ?? all, 1.6));
      }
      return [...found].map((name, i) => ({ name, role: i === 0 ? 'director' : 'cast' }));
    },
  };
}
