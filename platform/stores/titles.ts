/** The port of the catalogue's store. Every engine passes `test/contract/stores`. */
export interface StoredTitle {
  /** Lower-case words and hyphens; never a dot, which parts an episode's number from its title. */
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
  /** Of a series. */
  readonly seasons?: readonly StoredSeason[];
  /** ISO 3166-1 alpha-2 countries that have a licence; absent: everywhere. Never empty. */
  readonly countries?: readonly string[];
  /** Years from which on it may be shown; absent: for all. */
  readonly age?: number;
}

export interface StoredSeason {
  readonly number: number;
  readonly episodes: readonly StoredEpisode[];
}

export interface StoredEpisode {
  /** `<title id>.s1e2`. */
  readonly id: string;
  readonly number: number;
  readonly name: string;
  readonly minutes: number;
  readonly synopsis: string;
  readonly media: string;
}

export interface TitleQuery {
  /** Only titles of this genre; all when absent. */
  readonly genre?: string;
  /** Only titles with a licence there; all when absent. */
  readonly country?: string;
  /** Only titles after this rank; from the first when absent. */
  readonly afterRank?: number;
  /** At most this many, 1 or more. */
  readonly limit: number;
}

/** What lists give of a title: all but its seasons, which only `get` answers. */
export type ListedTitle = Omit<StoredTitle, 'seasons'>;

export interface TitlePage {
  /** By rank. */
  readonly titles: readonly ListedTitle[];
  /** `afterRank` of the next page; absent on the last. */
  readonly nextAfterRank?: number;
}

export interface TitleSearch {
  /** By name, people and genre, with typing errors. */
  readonly query: string;
  readonly country?: string;
  readonly limit: number;
}

export interface GenreCount {
  readonly name: string;
  readonly titles: number;
}

export interface TitleStore {
  readonly size: number;
  list(query: TitleQuery): Promise<TitlePage>;
  get(id: string): Promise<StoredTitle | undefined>;
  /** Of those ids that are titles, and licensed there, in the order asked for. */
  getMany(query: { readonly ids: readonly string[]; readonly country?: string }): Promise<readonly ListedTitle[]>;
  /** The best first. Nothing for a query without a letter or digit. */
  search(search: TitleSearch): Promise<readonly ListedTitle[]>;
  /** The most titles first, then by name; genres without a title there are left out. */
  genres(query: { readonly country?: string }): Promise<readonly GenreCount[]>;
  close(): Promise<void>;
}
