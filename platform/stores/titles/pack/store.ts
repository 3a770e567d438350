import type { ListedTitle, StoredSeason, StoredTitle, TitleStore } from '../../titles.ts';
import { searcher } from '../search/search.ts';
import { type Columns, hashOf, lowerBound } from './columns.ts';
import { KeptRows } from './kept-rows.ts';
import { Licences } from './licences.ts';

/** The titles' bytes, wherever they are. `end` is exclusive. */
export interface TitleBytes {
  read(start: number, end: number): Promise<Buffer> | Buffer;
  close(): Promise<void>;
}

/** Titles close to each other are read in one go: up to this many bytes that nobody asked for. */
const GAP_BYTES = 16_384;

/** A store of columns and bytes. */
export function packedTitles(columns: Columns, bytes: TitleBytes): TitleStore {
  const { ranks, starts, headBytes, byGenre, genres } = columns;
  const licences = new Licences(columns);
  const kept = new KeptRows();
  const genreRows = new Map(
    genres.map((name, i) => [name, byGenre.rows.subarray(byGenre.offsets[i], byGenre.offsets[i + 1])]),
  );

  async function heads(rows: readonly number[]): Promise<ListedTitle[]> {
    const missing = rows.filter((row) => !kept.has(row)).sort((a, b) => a - b);
    const found = new Map<number, ListedTitle>();
    for (const row of rows) {
      const title = kept.get(row);
      if (title) found.set(row, title);
    }
    for (const run of runsOf(missing, starts)) {
      const from = starts[run[0]!]!;
      const span = await bytes.read(from, starts[run.at(-1)!]! + headBytes[run.at(-1)!]!);
      for (const row of run) {
        const start = starts[row]! - from;
        const title = JSON.parse(span.toString('utf8', start, start + headBytes[row]!)) as ListedTitle;
        kept.keep(row, title);
        found.set(row, title);
      }
    }
    return rows.map((row) => found.get(row)!);
  }

  async function rowOf(id: string): Promise<number | undefined> {
    const hash = hashOf(id);
    const at = lowerBound(columns.idHashes, hash);
    if (columns.idHashes[at] !== hash) return undefined;
    const row = columns.idRows[at]!;
    return (await heads([row]))[0]!.id === id ? row : undefined;
  }

  const search = searcher({ columns, licences, heads, genreRows });
  return {
    size: ranks.length,
    async list({ genre, country, afterRank = 0, limit }) {
      const after = lowerBound(ranks, afterRank + 1);
      const within = genre === undefined ? undefined : (genreRows.get(genre) ?? new Uint32Array());
      const licensed = licences.test(country);
      const page: number[] = [];
      const end = within?.length ?? ranks.length;
      for (let i = within ? lowerBound(within, after) : after; i < end && page.length <= limit; i++) {
        const row = within?.[i] ?? i;
        if (licensed(row)) page.push(row);
      }
      const more = page.length > limit;
      const titles = await heads(more ? page.slice(0, limit) : page);
      return more ? { titles, nextAfterRank: titles.at(-1)!.rank } : { titles };
    },
    async get(id) {
      const row = await rowOf(id);
      if (row === undefined) return undefined;
      const whole = await bytes.read(starts[row]!, starts[row + 1]!);
      const head = JSON.parse(whole.toString('utf8', 0, headBytes[row])) as StoredTitle;
      if (whole.length === headBytes[row]) return head;
      return { ...head, seasons: JSON.parse(whole.toString('utf8', headBytes[row])) as StoredSeason[] };
    },
    async getMany({ ids, country }) {
      const licensed = licences.test(country);
      const rows = await Promise.all(ids.map(rowOf));
      return heads(rows.filter((row): row is number => row !== undefined && licensed(row)));
    },
    search,
    genres: async ({ country }) => licences.countByGenre(country),
    close: () => bytes.close(),
  };
}

/** Ascending rows in runs that are read together. */
function runsOf(rows: readonly number[], starts: Float64Array): number[][] {
  const runs: number[][] = [];
  for (const row of rows) {
    const run = runs.at(-1);
    if (run && starts[row]! - starts[run.at(-1)! + 1]! <= GAP_BYTES) run.push(row);
    else runs.push([row]);
  }
  return runs;
}
