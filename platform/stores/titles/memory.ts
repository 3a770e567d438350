import { FaultflixError } from '#base/errors.ts';
import type { StoredTitle, TitleStore } from '../titles.ts';

/** Keeps titles in memory. Throws `bad-input` when two share an id or a rank. */
export function memoryTitles(titles: readonly StoredTitle[], where = 'titles'): TitleStore {
  const ranked = titles.toSorted((a, b) => a.rank - b.rank);
  const byId = new Map(ranked.map((title) => [title.id, title]));
  if (byId.size !== ranked.length)
    throw duplicate(
      'id',
      ranked.map(({ id }) => id),
      where,
    );
  if (new Set(ranked.map(({ rank }) => rank)).size !== ranked.length)
    throw duplicate(
      'rank',
      ranked.map(({ rank }) => rank),
      where,
    );
  return {
    async list({ genre, afterRank = 0, limit }) {
      const fitting = ranked.filter(({ rank, genres }) => rank > afterRank && (!genre || genres.includes(genre)));
      const page = fitting.slice(0, limit);
      return fitting.length > page.length ? { titles: page, nextAfterRank: page.at(-1)!.rank } : { titles: page };
    },
    get: async (id) => byId.get(id),
  };
}

function duplicate(field: string, values: ReadonlyArray<string | number>, where: string): FaultflixError {
  const twice = values.find((value, i) => values.indexOf(value) !== i);
  return new FaultflixError('bad-input', `two titles have the same ${field}`, { where, received: `${field} ${twice}` });
}
