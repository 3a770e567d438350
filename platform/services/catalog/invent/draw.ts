import type { Rng } from '#base/rng.ts';

/** What the inventing draws with: everything comes from the seed. */
export interface Draw {
  readonly rng: Rng;
  pick<T>(items: readonly T[]): T;
  /** Of a heavy-tailed list: the first are picked far more often than the last. */
  pickEarly<T>(items: readonly T[], tail?: number): T;
  /** Whole, both ends included. */
  int(low: number, high: number): number;
  chance(ratio: number): boolean;
}

export function drawing(rng: Rng): Draw {
  const at = (length: number, u: number) => Math.min(length - 1, Math.floor(u * length));
  return {
    rng,
    pick: (items) => items[at(items.length, rng.next())]!,
    pickEarly: (items, tail = 2.5) => items[at(items.length, rng.next() ** tail)]!,
    int: (low, high) => low + Math.floor(rng.next() * (high - low + 1)),
    chance: (ratio) => rng.next() < ratio,
  };
}

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** In capitals as titles have them: little words stay little unless they come first. */
export const titled = (text: string): string =>
  text
    .split(' ')
    .map((word, i) => (i > 0 && little.has(word) ? word : capital(word)))
    .join(' ');

const little = new Set('a an and at by for from in into of on or the to with'.split(' '));

/** `an hour`, `a uniform`: by sound, as far as the word lists need it. */
export const withArticle = (text: string): string =>
  `${/^(?:[aeio]|u(?!ni(?!nc|nv|ns|nt|nk|nd)|su|ti|ma|rb)|hour|honest|heir)/i.test(text) ? 'an' : 'a'} ${text}`;

/** Of regular nouns; those that are alike in both are said so. */
export function plural(noun: string): string {
  if (alike.has(noun)) return noun;
  const irregular = irregulars[noun];
  if (irregular) return irregular;
  if (/(?:s|x|ch|sh|z)$/.test(noun)) return `${noun}es`;
  if (/[^aeiou]y$/.test(noun)) return `${noun.slice(0, -1)}ies`;
  return `${noun}s`;
}

const alike = new Set('sheep deer cod carp herring salmon quail trout plover perch'.split(' '));

/** There is no second one of these. */
export const uncountable: ReadonlySet<string> = new Set(
  `aether afternoon blood bread clockwork comedy company courtship currency deception defence dusk entropy etiquette
   evidence fate fear forgiveness fortune friendship frost gravity grief guilt hail happiness harm hunger infinity
   innocence joy light lightning longing love luck magic malice midday midnight midsummer north noon panic perfume proof
   refuge remains revenge sabotage salt silence sleet smoke snow south static suspicion symmetry temptation testimony
   theft thunder torment treason east west wind void weather zenith zero`.split(/\s+/),
);

const irregulars: Readonly<Record<string, string>> = {
  child: 'children',
  goose: 'geese',
  leaf: 'leaves',
  man: 'men',
  ox: 'oxen',
  thief: 'thieves',
  wharf: 'wharves',
  wolf: 'wolves',
  woman: 'women',
};
