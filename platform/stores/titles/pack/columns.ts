/**
 * A catalogue in columns: typed arrays by row, the titles themselves as bytes beside it. A row is a title's place in
 * the order of rank, so a smaller row is a more popular title everywhere. At 1,000,000 titles the columns are about
 * 100 bytes a title; the bytes of the titles may stay on a disk.
 */
export interface Columns {
  /** By row: where its bytes begin; one more than titles. Float64, for files beyond 4 GiB. */
  readonly starts: Float64Array;
  /** By row: how many of its bytes are the title without its seasons (JSON); the rest are the seasons (JSON). */
  readonly headBytes: Uint32Array;
  readonly ranks: Uint32Array;
  /** Hashes of the ids, ascending, and the row of each. */
  readonly idHashes: Float64Array;
  readonly idRows: Uint32Array;
  /** By row: index of `countrySets`. */
  readonly countrySet: Uint16Array;
  readonly byGenre: Postings;
  readonly byNameWord: Postings;
  readonly byPeopleWord: Postings;
  /** By row: words of the name that are no fillers. */
  readonly nameWords: Uint8Array;
  readonly genres: readonly string[];
  /** The first is empty: everywhere. */
  readonly countrySets: readonly (readonly string[])[];
  /** Distinct words of names and people, folded, in order of code units. */
  readonly words: readonly string[];
}

/** Rows by key: those of key k, ascending, are `rows[offsets[k]]` up to `rows[offsets[k + 1]]`. */
export interface Postings {
  readonly offsets: Uint32Array;
  readonly rows: Uint32Array;
}

/** cyrb53 (public domain): 53 bits, so that ids of a million titles hardly ever meet; whoever finds one compares ids. */
export function hashOf(text: string): number {
  let h1 = 0xdeadbeef;
  let h2 = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    h1 = Math.imul(h1 ^ code, 2654435761);
    h2 = Math.imul(h2 ^ code, 1597334677);
  }
  h1 = Math.imul(h1 ^ (h1 >>> 16), 2246822507) ^ Math.imul(h2 ^ (h2 >>> 13), 3266489909);
  h2 = Math.imul(h2 ^ (h2 >>> 16), 2246822507) ^ Math.imul(h1 ^ (h1 >>> 13), 3266489909);
  return 4294967296 * (2097151 & h2) + (h1 >>> 0);
}

/** First index whose value is not below `value`; the array's length when all are. */
export function lowerBound(ascending: Float64Array | Uint32Array, value: number, from = 0, to = ascending.length) {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
