import type { ListedTitle } from '#platform/stores/titles.ts';

/** Words that carry no meaning of a story. */
const dull = new Set(
  'the and for with from that this who what when then into onto over after before has have had was were are his her its their them they but not all any only one two three will must can out off own about'.split(
    ' ',
  ),
);

export const wordsOf = (text: string): string[] =>
  text
    .toLowerCase()
    .match(/[\p{L}]{3,}/gu)
    ?.filter((word) => !dull.has(word)) ?? [];

/** What the content model knows of a title of our catalogue. */
export function featuresOf({ name, genres, people, kind, year, synopsis }: ListedTitle): string[] {
  return [
    ...genres.map((genre) => `genre:${genre}`),
    ...people.map((person) => `person:${person.name}`),
    `kind:${kind}`,
    `decade:${Math.floor(year / 10)}`,
    ...wordsOf(name).map((word) => `word:${word}`),
    ...wordsOf(synopsis).map((word) => `plot:${word}`),
  ];
}
