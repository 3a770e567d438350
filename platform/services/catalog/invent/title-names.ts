import { FaultflixError } from '#base/errors.ts';
import { capital, type Draw, plural, titled, uncountable, withArticle } from './draw.ts';
import { placeName } from './proper-names.ts';
import { adjectives, type Colour, doing, kin, moments, nouns, numbers, occupations, relations } from './words/names.ts';
import { given } from './words/proper.ts';

const colours: Readonly<Record<string, readonly Colour[]>> = {
  action: ['dark', 'things', 'sky'],
  adventure: ['land', 'living', 'things'],
  animation: ['living', 'things', 'wonder'],
  comedy: ['heart', 'things'],
  crime: ['dark', 'things'],
  documentary: ['land', 'living', 'things'],
  drama: ['heart', 'land', 'sky', 'things'],
  family: ['living', 'things', 'sky'],
  fantasy: ['wonder', 'living', 'land'],
  historical: ['things', 'land', 'heart'],
  horror: ['dark', 'sky', 'living'],
  music: ['heart', 'things', 'sky'],
  mystery: ['dark', 'land', 'things'],
  romance: ['heart', 'sky', 'living'],
  'science fiction': ['wonder', 'sky'],
  sport: ['things', 'land', 'heart'],
  thriller: ['dark', 'sky', 'things'],
  war: ['dark', 'land', 'sky'],
  western: ['land', 'living', 'dark'],
};

const countable: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  Object.entries(nouns).map(([colour, words]) => [colour, words.filter((word) => !uncountable.has(word))]),
);

interface Words {
  readonly draw: Draw;
  readonly noun: () => string;
  /** A noun that can be counted. */
  readonly thing: () => string;
}

const adjective = ({ draw }: Words) => draw.pick(adjectives);
const first = ({ draw }: Words) => draw.pick(given);

/** Short ones come first: they are what is wanted, as long as there are any left that nobody has. */
const patterns: readonly (readonly [weight: number, make: (words: Words) => string])[] = [
  [5, (w) => w.noun()],
  [12, (w) => `the ${adjective(w)} ${w.noun()}`],
  [8, (w) => `${adjective(w)} ${w.noun()}`],
  [3, (w) => `${adjective(w)} ${plural(w.thing())}`],
  [5, (w) => `${w.noun()} and ${w.noun()}`],
  [6, (w) => `the ${w.draw.pick(occupations)}'s ${w.draw.chance(0.4) ? w.draw.pick(kin) : w.noun()}`],
  [4, (w) => `the ${w.noun()} ${w.draw.pick(relations)} the ${w.noun()}`],
  [4, (w) => `${w.draw.pick(numbers)} ${plural(w.thing())}`],
  [3, (w) => `${withArticle(w.thing())} for ${first(w)}`],
  [4, (w) => `${w.draw.pick(doing)} the ${w.noun()}`],
  [3, (w) => `${w.draw.pick(doing)} ${placeName(w.draw)}`],
  [4, (w) => `the ${plural(w.thing())} of ${placeName(w.draw)}`],
  [3, (w) => `${placeName(w.draw)}`],
  [3, (w) => `${placeName(w.draw)} ${w.noun()}`],
  [3, (w) => `${w.draw.pick(moments)} in ${placeName(w.draw)}`],
  [
    3,
    (w) =>
      `the ${w.draw.pick(['last', 'first', 'only', 'other', 'lost', 'oldest'])} ${w.noun()} in ${placeName(w.draw)}`,
  ],
  [3, (w) => `${first(w)} and the ${w.noun()}`],
  [3, (w) => `${first(w)}'s ${w.noun()}`],
  [2, (w) => `letters from ${withArticle(`${adjective(w)} ${w.thing()}`)}`],
  [3, (w) => `${withArticle(`${adjective(w)} ${w.thing()}`)}`],
  [2, (w) => `no ${w.noun()} in ${placeName(w.draw)}`],
  [
    2,
    (w) =>
      `what the ${w.draw.pick(occupations)} ${w.draw.pick(['saw', 'knew', 'forgot', 'heard', 'left', 'owed', 'wanted', 'kept'])}`,
  ],
  [
    2,
    (w) =>
      `how to ${w.draw.pick(['lose', 'mend', 'bury', 'find', 'forgive', 'hide', 'steal', 'cross', 'leave', 'paint'])} ${withArticle(w.thing())}`,
  ],
  [2, (w) => `${capital(w.noun())}, ${w.noun()}, ${w.noun()}`],
  [2, (w) => `${w.draw.pick(numbers)} ${plural(w.draw.pick(occupations))} and ${withArticle(w.thing())}`],
  [2, (w) => `the ${adjective(w)} ${w.draw.pick(occupations)}`],
  [2, (w) => `the ${w.draw.pick(occupations)} of ${placeName(w.draw)}`],
  [
    2,
    (w) =>
      `${w.draw.pick(['before', 'after', 'until', 'since', 'despite', 'beyond', 'beneath', 'under'])} the ${w.noun()}`,
  ],
  [1, (w) => `all the ${adjective(w)} ${plural(w.thing())}`],
  [
    1,
    (w) =>
      `the ${w.noun()} that ${first(w)} ${w.draw.pick(['built', 'sold', 'broke', 'lost', 'buried', 'forgot', 'stole', 'painted'])}`,
  ],
  [1, (w) => `${first(w)} ${w.draw.pick(relations)} the ${adjective(w)} ${w.noun()}`],
  [1, (w) => `the ${adjective(w)} ${w.noun()} of ${placeName(w.draw)}`],
  [1, (w) => `${w.draw.pick(doing)} ${withArticle(`${adjective(w)} ${w.thing()}`)}`],
  [1, (w) => `goodbye, ${w.draw.chance(0.5) ? first(w) : placeName(w.draw)}`],
];
const total = patterns.reduce((sum, [weight]) => sum + weight, 0);

/** How far a name has to look before only patterns without an end are tried. */
const TRIES = 40;
const MOST_TRIES = 10_000;

export interface TitleNames {
  next(draw: Draw, genres: readonly string[]): string;
}

/** Gives each name once. `keyOf`: what two names that are too alike have in common; `taken`: keys that are gone. */
export function titleNames(keyOf: (name: string) => string, taken: Iterable<string>): TitleNames {
  const keys = new Set(taken);
  return {
    next(draw, genres) {
      const palette = [...new Set(genres.flatMap((genre) => colours[genre] ?? colours.drama!))];
      const noun = () => draw.pick(nouns[draw.pickEarly(palette, 1.6)]);
      const thing = () => draw.pick(countable[draw.pickEarly(palette, 1.6)]!);
      const words = { draw, noun, thing };
      for (let attempt = 0; attempt < MOST_TRIES; attempt++) {
        const made = attempt < TRIES ? anyPattern(words) : endless(words);
        const name = titled(made);
        const key = keyOf(name);
        if (keys.has(key) || stutters(name)) continue;
        keys.add(key);
        return name;
      }
      throw new FaultflixError('could-not-run', 'no name is left', { received: `${keys.size} names` });
    },
  };
}

function anyPattern(words: Words): string {
  let left = words.draw.rng.next() * total;
  for (const [weight, make] of patterns) {
    left -= weight;
    if (left < 0) return make(words);
  }
  return words.noun();
}

/** More of them than anybody asks for: 200 × 230 × 600 × 9,000. */
const endless = (w: Words) => `${first(w)} and the ${adjective(w)} ${w.noun()} of ${placeName(w.draw)}`;

/** `Letters from a Letter`, `Storm and Storm`. */
function stutters(name: string): boolean {
  const words = name.toLowerCase().split(' ');
  return words.some(
    (word, i) => word.length > 3 && words.some((other, j) => j < i && other.slice(0, 4) === word.slice(0, 4)),
  );
}
