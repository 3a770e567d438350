import { FaultflixError } from '#base/errors.ts';
import type { StoredTitle } from '../../titles.ts';
import { fillers, wordsOf } from '../search/fold.ts';
import { type Columns, hashOf, type Postings } from './columns.ts';
import { growing } from './growing.ts';

const MOST_COUNTRY_SETS = 65_536;

/** Makes columns of titles that come in order of rank. `sink` takes each title's bytes, in the same order. */
export class PackBuilder {
  readonly #sink: (bytes: Buffer) => void;
  readonly #where: string;
  readonly #starts = growing.float64();
  readonly #headBytes = growing.uint32();
  readonly #ranks = growing.uint32();
  readonly #idHashes = growing.float64();
  readonly #countrySet = growing.uint16();
  readonly #nameWords = growing.uint8();
  readonly #genres = new Keys();
  readonly #countrySets = new Keys(['']);
  readonly #words = new Keys();
  readonly #byGenre = new Pairs();
  readonly #byNameWord = new Pairs();
  readonly #byPeopleWord = new Pairs();
  #end = 0;
  #rank = 0;

  constructor({ sink, where }: { readonly sink: (bytes: Buffer) => void; readonly where: string }) {
    this.#sink = sink;
    this.#where = where;
    this.#starts.push(0);
  }

  /** Throws `bad-input` when the rank is not greater than that of the title before. */
  add(title: StoredTitle): void {
    if (title.rank <= this.#rank) throw this.#twice('rank', `rank ${title.rank}`);
    this.#rank = title.rank;
    const row = this.#ranks.length;
    const { seasons, ...listed } = title;
    const head = Buffer.from(JSON.stringify(listed));
    const bytes = seasons ? Buffer.concat([head, Buffer.from(JSON.stringify(seasons))]) : head;
    this.#sink(bytes);
    this.#end += bytes.length;
    this.#starts.push(this.#end);
    this.#headBytes.push(head.length);
    this.#ranks.push(title.rank);
    this.#idHashes.push(hashOf(title.id));
    this.#countrySet.push(this.#countrySetOf(title));
    for (const genre of new Set(title.genres)) this.#byGenre.push(this.#genres.of(genre), row);
    const nameWords = wordsOf(title.name);
    for (const word of new Set(nameWords)) this.#byNameWord.push(this.#words.of(word), row);
    this.#nameWords.push(Math.min(255, nameWords.filter((word) => !fillers.has(word)).length));
    const people = new Set(title.people.flatMap(({ name }) => wordsOf(name)));
    for (const word of people) this.#byPeopleWord.push(this.#words.of(word), row);
  }

  /** Throws `bad-input` when two titles have one id. */
  finish(): Columns {
    const hashes = this.#idHashes.done();
    const idRows = Uint32Array.from(hashes.keys()).sort((a, b) => hashes[a]! - hashes[b]!);
    const idHashes = Float64Array.from(idRows, (row) => hashes[row]!);
    for (let i = 1; i < idHashes.length; i++)
      if (idHashes[i] === idHashes[i - 1])
        throw this.#twice('id', `ranks ${this.#rankOf(idRows[i - 1]!)} and ${this.#rankOf(idRows[i]!)}`);
    const { sorted: words, places } = this.#words.sorted();
    return {
      starts: this.#starts.done(),
      headBytes: this.#headBytes.done(),
      ranks: this.#ranks.done(),
      idHashes,
      idRows,
      countrySet: this.#countrySet.done(),
      byGenre: this.#byGenre.postings(this.#genres.size),
      byNameWord: this.#byNameWord.postings(words.length, places),
      byPeopleWord: this.#byPeopleWord.postings(words.length, places),
      nameWords: this.#nameWords.done(),
      genres: this.#genres.all(),
      countrySets: this.#countrySets.all().map((set) => (set === '' ? [] : set.split(' '))),
      words,
    };
  }

  #countrySetOf({ countries, id }: StoredTitle): number {
    const set = this.#countrySets.of(countries ? countries.toSorted().join(' ') : '');
    if (set < MOST_COUNTRY_SETS) return set;
    throw new FaultflixError('bad-input', 'too many different sets of countries', {
      where: `${this.#where}: ${id}`,
      expected: `at most ${MOST_COUNTRY_SETS}`,
    });
  }

  #rankOf = (row: number) => this.#ranks.done()[row];

  #twice(field: string, received: string): FaultflixError {
    return new FaultflixError('bad-input', `two titles have the same ${field}`, { where: this.#where, received });
  }
}

/** Numbers for texts, in the order they came. */
class Keys {
  readonly #numbers: Map<string, number>;

  constructor(first: readonly string[] = []) {
    this.#numbers = new Map(first.map((text, i) => [text, i]));
  }

  get size(): number {
    return this.#numbers.size;
  }

  of(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    this.#numbers.set(text, this.#numbers.size);
    return this.#numbers.size - 1;
  }

  all = (): string[] => [...this.#numbers.keys()];

  /** The texts in order of code units, and by number the place there. */
  sorted(): { readonly sorted: readonly string[]; readonly places: Uint32Array } {
    const sorted = this.all().sort((a, b) => (a < b ? -1 : 1));
    const places = new Uint32Array(sorted.length);
    for (const [place, text] of sorted.entries()) places[this.#numbers.get(text)!] = place;
    return { sorted, places };
  }
}

class Pairs {
  readonly #keys = growing.uint32();
  readonly #rows = growing.uint32();

  push(key: number, row: number): void {
    this.#keys.push(key);
    this.#rows.push(row);
  }

  /** Rows came ascending and stay so within a key. */
  postings(keys: number, places?: Uint32Array): Postings {
    const offsets = new Uint32Array(keys + 1);
    const key = this.#keys.done();
    const row = this.#rows.done();
    if (places) for (let i = 0; i < key.length; i++) key[i] = places[key[i]!]!;
    for (let i = 0; i < key.length; i++) offsets[key[i]! + 1]!++;
    for (let k = 0; k < keys; k++) offsets[k + 1]! += offsets[k]!;
    const next = offsets.slice();
    const rows = new Uint32Array(key.length);
    for (let i = 0; i < key.length; i++) rows[next[key[i]!]!++] = row[i]!;
    return { offsets, rows };
  }
}
