/**
 * An invented catalogue: titles that read like titles, the same from the same seed to the last byte. Ranks are given by
 * a drawn audience with a heavy tail (Pareto), larger for what is new; the authored titles come first.
 */
import { type Rng, seededRng } from '#base/rng.ts';
import { fillers, fold } from '#platform/stores/titles/search/fold.ts';
import type { StoredTitle } from '#platform/stores/titles.ts';
import { drawing } from './draw.ts';
import { ageOf, genresOf, genreWeights } from './genres.ts';
import { licensing } from './licences.ts';
import { company } from './people.ts';
import { seasonsOf } from './seasons.ts';
import { synopsisOf } from './synopsis.ts';
import { titleNames } from './title-names.ts';

export interface Invention {
  readonly seed: number | string;
  /** In all, those of `authored` included. */
  readonly titles: number;
  /** Have the first ranks, in their order, and seasons of their own making where they are series without. */
  readonly authored: readonly StoredTitle[];
  /** Folders of encoded media, over which titles and episodes are spread. */
  readonly media: readonly [string, ...string[]];
}

const NEWEST = 2026;
const OLDEST = 1962;
/** Of Pareto's distribution: about 80 % of the audience at 20 % of the titles (1.16). */
const TAIL = 1.16;
/** What is a year older has so much of the audience. */
const A_YEAR = 0.96;
const SERIES = 0.32;

export function* inventTitles({ seed, titles, authored, media }: Invention): Generator<StoredTitle> {
  const rng = seededRng(seed);
  const ordered = authored.toSorted((a, b) => a.rank - b.rank).slice(0, titles);
  const draw = drawing(rng.fork('titles'));
  for (const [i, title] of ordered.entries()) yield finished({ ...title, rank: i + 1 }, media, rng);

  const names = titleNames(
    alike,
    ordered.map(({ name }) => alike(name)),
  );
  const people = company({ rng: rng.fork('people'), titles, genres: genreWeights });
  const countriesOf = licensing(rng.fork('licences'));
  for (const [i, year] of yearsByAudience(titles - ordered.length, rng.fork('audience')).entries()) {
    const genres = genresOf(draw);
    const [genre] = genres;
    const series = draw.chance(genre === 'documentary' ? SERIES / 2 : SERIES);
    const name = names.next(draw, genres);
    const id = idOf(name);
    const minutes = series ? draw.int(22, 58) : Math.round(78 + 70 * draw.rng.next() ** 1.8);
    const age = ageOf(draw, genre);
    const countries = countriesOf(draw);
    yield {
      id,
      name,
      year,
      kind: series ? 'series' : 'film',
      genres,
      people: people.castOf(draw, genres),
      synopsis: synopsisOf({ draw, genre, year }),
      minutes,
      rank: ordered.length + i + 1,
      media: draw.pick(media),
      ...(series ? { seasons: seasonsOf({ draw, id, genre, minutes, media }) } : {}),
      ...(countries ? { countries } : {}),
      ...(age > 0 ? { age } : {}),
    };
  }
}

/** What two names have in common that nobody can tell apart: the words without accents, articles and little words. */
const alike = (name: string): string =>
  fold(name)
    .split(' ')
    .filter((word) => !fillers.has(word))
    .join(' ');

const idOf = (name: string): string => fold(name).replaceAll(' ', '-');

function finished(title: StoredTitle, media: Invention['media'], rng: Rng): StoredTitle {
  if (title.kind === 'film' || title.seasons) return title;
  const { id, minutes, genres } = title;
  const draw = drawing(rng.fork(`seasons of ${id}`));
  return { ...title, seasons: seasonsOf({ draw, id, genre: genres[0] ?? 'drama', minutes, media }) };
}

/** Years of titles, the one with the largest audience first. */
function yearsByAudience(count: number, rng: Rng): Uint16Array {
  const years = new Uint16Array(count);
  const audience = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const old = Math.floor((NEWEST - OLDEST + 1) * rng.next() ** 2.2);
    years[i] = NEWEST - old;
    audience[i] = (1 - rng.next()) ** (-1 / TAIL) * A_YEAR ** old;
  }
  const order = Uint32Array.from(years.keys()).sort((a, b) => audience[b]! - audience[a]! || a - b);
  return Uint16Array.from(order, (i) => years[i]!);
}
