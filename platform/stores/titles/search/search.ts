/**
 * Search in three steps: what each typed word may have meant (`vocabulary.ts`), which titles have most of that, by
 * postings alone (`gather.ts`), and which of these fit best, by their texts (`judge.ts`).
 */
import type { ListedTitle, TitleSearch } from '../../titles.ts';
import type { Columns } from '../pack/columns.ts';
import type { Licences } from '../pack/licences.ts';
import { fillers, fold, wordsOf } from './fold.ts';
import { Gathering } from './gather.ts';
import { judge } from './judge.ts';
import { readings } from './readings.ts';
import { Vocabulary } from './vocabulary.ts';

export interface SearchParts {
  readonly columns: Columns;
  readonly licences: Licences;
  readonly heads: (rows: readonly number[]) => Promise<readonly ListedTitle[]>;
  readonly genreRows: ReadonlyMap<string, Uint32Array>;
}

/** Titles that are judged by their texts: this many more than were asked for. 60 found no more of 1,500 mistyped names. */
const JUDGED = 24;
/** Titles that each other reading of the query adds to them. */
const OTHER_READINGS = 10;
/** Of a longer query only the first words count. */
const MOST_WORDS = 12;
const MOST_GENRE_ROWS = 100;

export function searcher(parts: SearchParts): (search: TitleSearch) => Promise<readonly ListedTitle[]> {
  const { columns, licences, heads, genreRows } = parts;
  // Made by the first search: a start need not wait for it, and a pod that nobody asks never has it.
  let made: { readonly vocabulary: Vocabulary; readonly gathering: Gathering } | undefined;
  const index = () => {
    const vocabulary = made?.vocabulary ?? new Vocabulary(columns.words);
    made ??= { vocabulary, gathering: new Gathering({ columns, vocabulary }) };
    return made;
  };
  const genreWords = new Map<string, Uint32Array>();
  for (const [genre, rows] of genreRows)
    for (const word of [fold(genre), ...wordsOf(genre)]) genreWords.set(word, rows);

  return async ({ query, country, limit }) => {
    const all = wordsOf(query).slice(0, MOST_WORDS);
    if (all.length === 0) return [];
    const { vocabulary, gathering } = index();
    const telling = all.filter((word) => !fillers.has(word));
    const words = telling.length > 0 ? telling : all;
    const licensed = licences.test(country);
    const most = JUDGED + limit;
    const rows = new Set<number>();
    for (const [i, reading] of readings(words, vocabulary).entries())
      for (const row of gathering.gather({ words: reading, licensed, most: i === 0 ? most : OTHER_READINGS }))
        rows.add(row);
    for (const word of [words.join(' '), ...words]) {
      let left = MOST_GENRE_ROWS;
      for (const row of genreWords.get(word) ?? []) {
        if (left === 0) break;
        if (licensed(row)) {
          rows.add(row);
          left--;
        }
      }
    }
    const titles = await heads([...rows]);
    return judge({ query: all, titles, size: columns.ranks.length, limit });
  };
}
