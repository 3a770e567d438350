/**
 * A pack on a disk: the titles' bytes from offset 0, then the columns (each at a multiple of 8, little endian), then a
 * directory of them (JSON), then 16 bytes: the directory's length (8, as float64) and `FFPACK01`. What is written last
 * makes it whole: a file whose writing was cut off has no end and is refused.
 */
import type { Columns, Postings } from './columns.ts';

export const MAGIC = 'FFPACK01';
export const TRAILER_BYTES = 16;

type Array = Float64Array | Uint32Array | Uint16Array | Uint8Array;
type Kind = 'float64' | 'uint32' | 'uint16' | 'uint8' | 'text';

export interface Section {
  readonly name: string;
  readonly kind: Kind;
  readonly start: number;
  readonly bytes: number;
}

export interface Directory {
  readonly titles: number;
  readonly sections: readonly Section[];
}

const makers = {
  float64: (b: ArrayBuffer) => new Float64Array(b),
  uint32: (b: ArrayBuffer) => new Uint32Array(b),
  uint16: (b: ArrayBuffer) => new Uint16Array(b),
  uint8: (b: ArrayBuffer) => new Uint8Array(b),
};

const kindOf = (array: Array): Kind =>
  array instanceof Float64Array
    ? 'float64'
    : array instanceof Uint32Array
      ? 'uint32'
      : array instanceof Uint16Array
        ? 'uint16'
        : 'uint8';

export interface Part {
  readonly name: string;
  readonly kind: Kind;
  readonly content: Uint8Array;
}

/** Columns as parts to write one after the other. */
export function partsOf(columns: Columns): Part[] {
  const array = (name: string, value: Array): Part => ({
    name,
    kind: kindOf(value),
    content: new Uint8Array(value.buffer, value.byteOffset, value.byteLength),
  });
  const postings = (name: string, { offsets, rows }: Postings) => [
    array(`${name}.offsets`, offsets),
    array(`${name}.rows`, rows),
  ];
  const texts = (name: string, value: readonly unknown[]): Part => ({
    name,
    kind: 'text',
    content: Buffer.from(JSON.stringify(value)),
  });
  return [
    array('starts', columns.starts),
    array('headBytes', columns.headBytes),
    array('ranks', columns.ranks),
    array('idHashes', columns.idHashes),
    array('idRows', columns.idRows),
    array('countrySet', columns.countrySet),
    array('nameWords', columns.nameWords),
    ...postings('byGenre', columns.byGenre),
    ...postings('byNameWord', columns.byNameWord),
    ...postings('byPeopleWord', columns.byPeopleWord),
    texts('genres', columns.genres),
    texts('countrySets', columns.countrySets),
    texts('words', columns.words),
  ];
}

/** `content` gives a section's bytes in a buffer of its own. */
export async function columnsOf(
  { sections }: Directory,
  content: (section: Section) => Promise<ArrayBuffer>,
): Promise<Columns> {
  const read = new Map<string, unknown>();
  for (const section of sections) {
    const buffer = await content(section);
    const { kind } = section;
    read.set(section.name, kind === 'text' ? JSON.parse(Buffer.from(buffer).toString('utf8')) : makers[kind](buffer));
  }
  const the = <T>(name: string) => {
    if (!read.has(name)) throw new Error(`no section ${name}`);
    return read.get(name) as T;
  };
  const postings = (name: string): Postings => ({ offsets: the(`${name}.offsets`), rows: the(`${name}.rows`) });
  return {
    starts: the('starts'),
    headBytes: the('headBytes'),
    ranks: the('ranks'),
    idHashes: the('idHashes'),
    idRows: the('idRows'),
    countrySet: the('countrySet'),
    nameWords: the('nameWords'),
    byGenre: postings('byGenre'),
    byNameWord: postings('byNameWord'),
    byPeopleWord: postings('byPeopleWord'),
    genres: the('genres'),
    countrySets: the('countrySets'),
    words: the('words'),
  };
}
