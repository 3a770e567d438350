import type { Title__Output } from '#contracts/generated/faultflix/catalog/v1/Title.ts';

/** A title as the viewer's device shows it. */
export type ShownTitle = Pick<
  Title__Output,
  'id' | 'name' | 'year' | 'kind' | 'genres' | 'people' | 'synopsis' | 'minutes'
>;

export interface Row {
  /** Why these titles stand together: `popular`, `genre:drama`. */
  readonly reason: string;
  readonly titles: readonly ShownTitle[];
}

const ROW_LENGTH = 10;
const ROWS = 6;

/** Popular titles first, then the genres with the most titles. `titles` are in order of popularity. */
export function rowsOf(titles: readonly Title__Output[]): Row[] {
  const byGenre = new Map<string, Title__Output[]>();
  for (const title of titles)
    for (const genre of title.genres) byGenre.set(genre, [...(byGenre.get(genre) ?? []), title]);
  const genres = [...byGenre].sort(([a, x], [b, y]) => y.length - x.length || (a < b ? -1 : 1)).slice(0, ROWS - 1);
  return [popularRow(titles), ...genres.map(([genre, of]) => row(`genre:${genre}`, of))];
}

export const popularRow = (titles: readonly Title__Output[]): Row => row('popular', titles);

function row(reason: string, titles: readonly Title__Output[]): Row {
  return { reason, titles: titles.slice(0, ROW_LENGTH).map(shown) };
}

function shown({ id, name, year, kind, genres, people, synopsis, minutes }: Title__Output): ShownTitle {
  return { id, name, year, kind, genres, people, synopsis, minutes };
}
