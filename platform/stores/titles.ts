/** The port of the catalogue's store. Every engine passes `test/contract/stores`. */
export interface StoredTitle {
  readonly id: string;
  readonly name: string;
  readonly year: number;
  readonly kind: 'film' | 'series';
  readonly genres: readonly string[];
  readonly people: ReadonlyArray<{ readonly name: string; readonly role: 'director' | 'cast' }>;
  readonly synopsis: string;
  readonly minutes: number;
  /** 1 is the most popular; no two titles have the same. */
  readonly rank: number;
  /** The folder of the encoded media. */
  readonly media: string;
}

export interface TitleQuery {
  /** Only titles of this genre; all when absent. */
  readonly genre?: string;
  /** Only titles after this rank; from the first when absent. */
  readonly afterRank?: number;
  /** At most this many, 1 or more. */
  readonly limit: number;
}

export interface TitlePage {
  /** By rank. */
  readonly titles: readonly StoredTitle[];
  /** `afterRank` of the next page; absent on the last. */
  readonly nextAfterRank?: number;
}

export interface TitleStore {
  list(query: TitleQuery): Promise<TitlePage>;
  get(id: string): Promise<StoredTitle | undefined>;
}
