import type { GenreCount } from '../../titles.ts';
import type { Columns } from './columns.ts';

/** Where titles may be shown. */
export class Licences {
  readonly #columns: Columns;
  /** By country: for each set of countries whether it has it. */
  readonly #sets = new Map<string, Uint8Array>();
  /** By country: how many titles of each genre. */
  readonly #counts = new Map<string, readonly GenreCount[]>();

  constructor(columns: Columns) {
    this.#columns = columns;
  }

  /** Whether a row may be shown in a country; always, without one. */
  test(country: string | undefined): (row: number) => boolean {
    if (country === undefined) return () => true;
    const sets = this.#setsWith(country);
    const { countrySet } = this.#columns;
    return (row) => sets[countrySet[row]!] === 1;
  }

  countByGenre(country: string | undefined): readonly GenreCount[] {
    const known = this.#counts.get(country ?? '');
    if (known) return known;
    const licensed = this.test(country);
    const { genres, byGenre } = this.#columns;
    const counts = genres
      .map((name, i) => {
        let titles = 0;
        for (let at = byGenre.offsets[i]!; at < byGenre.offsets[i + 1]!; at++)
          if (licensed(byGenre.rows[at]!)) titles++;
        return { name, titles };
      })
      .filter(({ titles }) => titles > 0)
      .sort((a, b) => b.titles - a.titles || (a.name < b.name ? -1 : 1));
    if (this.#counts.size < MOST_COUNTRIES) this.#counts.set(country ?? '', counts);
    return counts;
  }

  #setsWith(country: string): Uint8Array {
    const known = this.#sets.get(country);
    if (known) return known;
    const { countrySets } = this.#columns;
    const sets = Uint8Array.from(countrySets, (set, i) => (i === 0 || set.includes(country) ? 1 : 0));
    if (this.#sets.size < MOST_COUNTRIES) this.#sets.set(country, sets);
    return sets;
  }
}

/** There are 249; whoever asks for invented ones shall not fill the memory. */
const MOST_COUNTRIES = 300;
