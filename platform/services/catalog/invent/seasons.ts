import type { StoredSeason } from '#platform/stores/titles.ts';
import { capital, type Draw, plural, titled, uncountable, withArticle } from './draw.ts';
import { placeName } from './proper-names.ts';
import { adjectives, moments, nouns, numbers, occupations } from './words/names.ts';
import { families, plots } from './words/plots.ts';
import { given } from './words/proper.ts';

export interface SeasonsOf {
  readonly draw: Draw;
  readonly id: string;
  readonly genre: string;
  readonly minutes: number;
  readonly media: readonly string[];
}

const pool = Object.values(nouns).flat();
const countable = pool.filter((word) => !uncountable.has(word));

const names: readonly ((draw: Draw) => string)[] = [
  (draw) => `the ${draw.pick(pool)}`,
  (draw) => draw.pick(pool),
  (draw) => `${draw.pick(adjectives)} ${draw.pick(pool)}`,
  (draw) => `the ${draw.pick(adjectives)} ${draw.pick(pool)}`,
  (draw) => `${draw.pick(given)}'s ${draw.pick(pool)}`,
  (draw) => `${draw.pick(numbers)} ${plural(draw.pick(countable))}`,
  (draw) => `${withArticle(draw.pick(countable))} in ${placeName(draw)}`,
  (draw) => `the ${draw.pick(occupations)}`,
  (draw) => `${draw.pick(pool)} and ${draw.pick(pool)}`,
  (draw) => `one ${draw.pick(moments)} in ${placeName(draw)}`,
  (draw) => `what ${draw.pick(given)} ${draw.pick(['saw', 'said', 'kept', 'lost', 'owed'])}`,
];

/** One to six seasons, most often few, of as many episodes each as the first has or a few less. */
export function seasonsOf(options: SeasonsOf): StoredSeason[] {
  const { draw, id } = options;
  const used = new Set<string>();
  const most = draw.pick([4, 6, 6, 8, 8, 10]);
  return Array.from({ length: 1 + Math.floor(5.5 * draw.rng.next() ** 2.4) }, (_, s) => ({
    number: s + 1,
    episodes: Array.from({ length: Math.max(3, most - draw.int(0, 2)) }, (_, e) => ({
      id: `${id}.s${s + 1}e${e + 1}`,
      number: e + 1,
      ...episode(options, used),
    })),
  }));
}

function episode({ draw, genre, minutes, media }: SeasonsOf, used: Set<string>) {
  let name = '';
  for (let tries = 0; tries < 20 && (name === '' || used.has(name)); tries++) name = titled(draw.pick(names)(draw));
  used.add(name);
  const { events, tasks, twists } = plots[families[genre] ?? 'grave'];
  const ways = [
    () => `${capital(draw.pick(events))}.`,
    () => `${draw.pick(given)} tries to ${draw.pick(tasks)}.`,
    () => `${draw.pick(given)} and ${draw.pick(given)} find out that ${draw.pick(twists)}.`,
  ];
  return {
    name,
    minutes: Math.max(8, minutes + draw.int(-4, 5)),
    synopsis: draw.pick(ways)(),
    media: draw.pick(media),
  };
}
