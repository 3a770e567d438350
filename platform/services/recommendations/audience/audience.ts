/**
 * An invented audience of our invented catalogue: nobody has watched these titles, and a model must learn from somebody.
 * Viewers have a few genres, people whom they follow, and a mood that no description says; titles have moods too, which is
 * what collaborative filtering can find and content cannot. In an evening one of a viewer's genres rules, so that order
 * says something. The same from the same seed. What is measured on it says nothing of human viewers: MovieLens is for that.
 */
import type { Rng } from '#base/rng.ts';
import type { ListedTitle } from '#platform/stores/titles.ts';
import { nearNormal } from '../models/dataset.ts';

export interface AudienceOptions {
  readonly viewers: number;
  readonly leastWatched: number;
  readonly mostWatched: number;
  /** Hidden dimensions of titles and viewers. */
  readonly moods: number;
  /** Titles that a viewer looks over before one is chosen. */
  readonly lookedOver: number;
  /** Which are looked over: the u^`tail`-th of the catalogue, so popular ones more often. */
  readonly tail: number;
  /** Titles after which another genre may rule. */
  readonly evening: number;
}

export const audienceDefaults: AudienceOptions = {
  viewers: 2_400,
  leastWatched: 8,
  mostWatched: 36,
  moods: 6,
  lookedOver: 40,
  tail: 3,
  evening: 4,
};

/** How much of a choice each is. */
const weights = { genre: 1.6, tonight: 1.6, mood: 1.1, followed: 1.5, chance: 1 } as const;

/**
 * One viewer after the other: what they watched, the first watched first, nothing twice; titles by their place in `titles`,
 * which are in order of popularity.
 */
export function* inventAudience(
  titles: readonly ListedTitle[],
  rng: Rng,
  options = audienceDefaults,
): Generator<Int32Array> {
  const world = worldOf(titles, rng.fork('titles'), options.moods);
  for (let v = 0; v < options.viewers; v++) yield watch(titles, world, { ...options, rng: rng.fork(`v${v}`) });
}

interface World {
  /** `moods` numbers a title. */
  readonly moodOf: Float32Array;
  readonly genres: readonly string[];
}

/** A title's mood is half its first genre's and half its own. */
function worldOf(titles: readonly ListedTitle[], rng: Rng, moods: number): World {
  const genres = [...new Set(titles.flatMap((title) => title.genres))].sort();
  const drawn = (of: Rng) => Array.from({ length: moods }, () => nearNormal(of.next));
  const ofGenre = new Map(genres.map((genre) => [genre, drawn(rng.fork(genre))]));
  const own = rng.fork('own');
  const moodOf = new Float32Array(titles.length * moods);
  for (const [i, title] of titles.entries())
    for (const [d, mood] of drawn(own).entries())
      moodOf[i * moods + d] = 0.5 * mood + 0.5 * (ofGenre.get(title.genres[0]!)?.[d] ?? 0);
  return { moodOf, genres };
}

function watch(
  titles: readonly ListedTitle[],
  { moodOf, genres }: World,
  { rng, ...options }: AudienceOptions & { readonly rng: Rng },
): Int32Array {
  const { moods } = options;
  const one = <T>(list: readonly T[]): T => list[Math.floor(rng.next() * list.length)]!;
  const liked = [one(genres), one(genres), one(genres)];
  const mood = Array.from({ length: moods }, () => nearNormal(rng.next) / Math.sqrt(moods));
  const followed = new Set<string>();
  const watched = new Set<number>();
  const wanted = Math.min(
    options.leastWatched + Math.floor(rng.next() * (options.mostWatched - options.leastWatched)),
    Math.floor(titles.length / 2),
  );
  let tonight = one(liked);
  while (watched.size < wanted) {
    if (watched.size % options.evening === 0) tonight = one(liked);
    let chosen = -1;
    let most = Number.NEGATIVE_INFINITY;
    for (let n = 0; n < options.lookedOver; n++) {
      const i = Math.floor(titles.length * rng.next() ** options.tail);
      if (watched.has(i)) continue;
      const { genres: of, people } = titles[i]!;
      let sum = weights.chance * nearNormal(rng.next);
      for (const genre of of) {
        if (liked.includes(genre)) sum += weights.genre / of.length;
        if (genre === tonight) sum += weights.tonight;
      }
      for (let d = 0; d < moods; d++) sum += weights.mood * mood[d]! * moodOf[i * moods + d]!;
      if (people.some(({ name }) => followed.has(name))) sum += weights.followed;
      if (sum > most) [chosen, most] = [i, sum];
    }
    if (chosen < 0) break; // everything looked over was watched before
    watched.add(chosen);
    for (const { name } of titles[chosen]!.people.slice(0, 2)) if (rng.next() < 0.3) followed.add(name);
  }
  return Int32Array.from(watched);
}
