import type { Title__Output } from '#contracts/generated/faultflix/catalog/v1/Title.ts';
import type { Row__Output } from '#contracts/generated/faultflix/recommendations/v1/Row.ts';

/** A title as the viewer's device shows it. */
export type ShownTitle = Pick<
  Title__Output,
  'id' | 'name' | 'year' | 'kind' | 'genres' | 'people' | 'synopsis' | 'minutes' | 'age'
>;

export interface Row {
  /** Why these titles stand together: `popular`, `genre:drama`, `because:<title id>`, `for-you`, `again`. */
  readonly reason: string;
  /** Name of the title or genre that is the reason. */
  readonly about?: string;
  readonly titles: ShownTitle[];
}

const ROW_LENGTH = 10;
const ROWS = 6;

/** Popular titles first, then the genres with the most titles. `titles` are in order of popularity. */
export function rowsOf(titles: readonly Title__Output[]): Row[] {
  const byGenre = new Map<string, Title__Output[]>();
  for (const title of titles)
    for (const genre of title.genres) {
      const of = byGenre.get(genre);
      if (of === undefined) byGenre.set(genre, [title]);
      else of.push(title);
    }
  const genres = [...byGenre].sort(([a, x], [b, y]) => y.length - x.length || (a < b ? -1 : 1)).slice(0, ROWS - 1);
  return [popularRow(titles), ...genres.map(([genre, of]) => row(`genre:${genre}`, of))];
}

export const popularRow = (titles: readonly Title__Output[]): Row => row('popular', titles);

/** Rows of recommendations with their titles filled in; titles that may not be shown are left out, and so are empty rows. */
export function filledRows(rows: readonly Row__Output[], titles: readonly Title__Output[]): Row[] {
  const byId = new Map(titles.map((title) => [title.id, title]));
  return rows
    .filter(({ kind, about }) => kind !== 'because' || byId.has(about)) // "Because you watched" what may not be named
    .map(({ kind, about, titleIds }) => ({
      reason: about === '' ? kind : `${kind}:${about}`,
      ...(about === '' ? {} : { about: byId.get(about)?.name ?? about }),
      titles: titleIds.flatMap((id) => byId.get(id) ?? []).map(shown),
    }))
    .filter((row) => row.titles.length > 0);
}

function row(reason: string, titles: readonly Title__Output[]): Row {
  return { reason, titles: titles.slice(0, ROW_LENGTH).map(shown) };
}

export function shown({ id, name, year, kind, genres, people, synopsis, minutes, age }: Title__Output): ShownTitle {
  return { id, name, year, kind, genres, people, synopsis, minutes, age };
}
