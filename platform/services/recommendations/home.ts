/** A profile's home rows from what it did and the models. Pure. */
import type { ProfileEvent } from './collections.ts';
import { best } from './models/blend.ts';
import type { Taste } from './taste.ts';

export interface HomeRow {
  readonly kind: 'popular' | 'because' | 'for-you' | 'genre' | 'again';
  readonly about?: string;
  readonly titleIds: readonly string[];
}

export interface HomeSize {
  readonly rows: number;
  readonly rowLength: number;
}

const homeDefaults = {
  /** Titles back that a home is made of. */
  history: 30,
  /** Rows that say "Because you watched". */
  because: 2,
  genres: 4,
  /** A row with fewer reads like a mistake. */
  leastAgain: 2,
  /** Genres of so many of the best titles are the profile's. */
  best: 100,
} as const;

/** Rows for everybody: what is popular, and the popular ones of the largest genres. */
export function popularRows(taste: Taste, { rows, rowLength }: HomeSize): HomeRow[] {
  const genres = taste.genres.slice(0, Math.max(0, rows - 1));
  return [
    { kind: 'popular', titleIds: taste.idsOf(first(taste.size, rowLength)) },
    ...genres.map(({ name, titles }) => genreRow(taste, name, [...titles.subarray(0, rowLength)])),
  ];
}

/** `events`: the latest first. A title stands in one row; what was watched stands only where it may be watched again. */
export function homeRows(taste: Taste, events: readonly ProfileEvent[], size: HomeSize): HomeRow[] {
  const { watched, disliked, finished } = pastOf(taste, events);
  const latest = [...watched].filter((title) => !disliked.has(title));
  if (latest.length === 0) return popularRows(taste, size);
  const { rowLength } = size;
  const shown = new Set([...watched, ...disliked]);
  const show = (titles: readonly number[]): readonly string[] => {
    for (const title of titles) shown.add(title);
    return taste.idsOf(titles);
  };
  const scores = taste.forPerson(latest.slice(0, homeDefaults.history).reverse());

  const rows: HomeRow[] = [{ kind: 'for-you', titleIds: show(best(scores, { count: rowLength, without: shown })) }];
  for (const title of latest.slice(0, homeDefaults.because)) {
    const kin = best(taste.likeTitle(title), { count: rowLength, without: shown });
    rows.push({ kind: 'because', about: taste.idsOf([title])[0]!, titleIds: show(kin) });
  }
  rows.splice(2, 0, { kind: 'popular', titleIds: show(firstNot(taste.size, rowLength, shown)) });
  const again = [...finished].filter((title) => !disliked.has(title)).slice(0, rowLength);
  if (again.length >= homeDefaults.leastAgain) rows.push({ kind: 'again', titleIds: taste.idsOf(again) });
  for (const name of ownGenres(taste, scores)) {
    if (rows.length >= size.rows) break;
    const { titles } = taste.genres.find((genre) => genre.name === name)!;
    const found = best(scores, { count: rowLength, without: shown, among: titles });
    rows.push({ kind: 'genre', about: name, titleIds: show(found) });
  }
  return rows.filter(({ titleIds }) => titleIds.length > 0).slice(0, size.rows);
}

interface Past {
  /** Played, finished or liked; the latest first. */
  readonly watched: ReadonlySet<number>;
  readonly disliked: ReadonlySet<number>;
  readonly finished: ReadonlySet<number>;
}

function pastOf(taste: Taste, events: readonly ProfileEvent[]): Past {
  const watched = new Set<number>();
  const judged = new Map<number, 'like' | 'dislike'>();
  const finished = new Set<number>();
  for (const { kind, titleId } of events) {
    const title = taste.titleOf(titleId);
    if (title === undefined) continue; // of another catalogue
    if ((kind === 'like' || kind === 'dislike') && !judged.has(title)) judged.set(title, kind);
    if (kind !== 'dislike') watched.add(title);
    if (kind === 'finish') finished.add(title);
  }
  const disliked = new Set([...judged].filter(([, kind]) => kind === 'dislike').map(([title]) => title));
  return { watched, disliked, finished };
}

/** The genres that the best titles have most often. */
function ownGenres(taste: Taste, scores: Float32Array): readonly string[] {
  const top = new Set(best(scores, { count: homeDefaults.best, without: new Set() }));
  return taste.genres
    .map(({ name, titles }) => ({ name, share: titles.filter((title) => top.has(title)).length }))
    .filter(({ share }) => share > 0)
    .sort((a, b) => b.share - a.share)
    .slice(0, homeDefaults.genres)
    .map(({ name }) => name);
}

const genreRow = (taste: Taste, about: string, titles: readonly number[]): HomeRow => ({
  ...{ kind: 'genre', about, titleIds: taste.idsOf(titles) },
});
const first = (size: number, count: number): number[] => Array.from({ length: Math.min(size, count) }, (_, i) => i);

/** The most popular that are not shown yet; titles are in order of popularity. */
function firstNot(size: number, count: number, shown: ReadonlySet<number>): number[] {
  const found: number[] = [];
  for (let title = 0; title < size && found.length < count; title++) if (!shown.has(title)) found.push(title);
  return found;
}
