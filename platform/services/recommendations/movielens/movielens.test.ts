/** On pickles made by hand: the data itself is nobody's to pass on. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { atomsOf } from './pickle.ts';
import { datasetOf, readTable } from './table.ts';

const text = (value: string) => {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.of(0x8c, bytes.length), bytes, Buffer.of(0x94)]);
};
const block = (bytes: Buffer) => {
  const head = Buffer.alloc(9);
  head[0] = 0x96;
  head.writeBigUInt64LE(BigInt(bytes.length), 1);
  return Buffer.concat([head, bytes, Buffer.of(0x94)]);
};
const floats = (...values: number[]) => block(Buffer.from(Float64Array.from(values).buffer));
const wholes = (...values: number[]) => block(Buffer.from(BigInt64Array.from(values.map(BigInt)).buffer));
const nan = Buffer.concat([Buffer.of(0x47), Buffer.from('7ff8000000000000', 'hex')]);

/** Three ratings of two films, in the columns of the real table: year and rating; row, film, person, time; title, genres. */
const table = (titles: readonly Buffer[] = [text('Salt Road, The'), text('Undertow'), Buffer.of(0x68, 3)]) =>
  Buffer.concat([
    Buffer.of(0x80, 5, 0x95, 0, 0, 0, 0, 0, 0, 0, 0),
    floats(1995, 2001, 1995, 4, 3.5, 5),
    wholes(1, 2, 3, 10, 20, 10, 7, 7, 8, 200, 100, 50),
    text('O8'),
    ...titles,
    text('Drama|War'),
    text('Thriller'),
    Buffer.of(0x68, 5),
    Buffer.of(0x2e),
  ]);
const expected = { ratings: 3, films: 2 };

describe('the pickle', () => {
  it('gives texts, numbers and bytes, also those that it only refers to', () => {
    const pickle = Buffer.concat([
      text('a'),
      Buffer.of(0x4b, 7),
      Buffer.of(0x4a, 0xff, 0xff, 0xff, 0xff),
      Buffer.of(0x68, 0),
      nan,
      Buffer.of(0x2e, 0xff),
    ]);
    assert.deepEqual([...atomsOf(pickle)], ['a', 7, -1, 'a', Number.NaN]);
  });

  it('is refused when it is cut short or would run something', () => {
    assert.throws(() => [...atomsOf(text('abc').subarray(0, 3))], { code: 'bad-input' });
    assert.throws(() => [...atomsOf(Buffer.of(0x63))], { code: 'bad-input' }); // GLOBAL
  });
});

describe('the table', () => {
  it('is read as people in the order in which they watched, and films with what they are', () => {
    const { ratings, films } = readTable(table(), expected);
    assert.deepEqual(films, [
      { id: 10, title: 'Salt Road, The', year: 1995, genres: 'Drama|War' },
      { id: 20, title: 'Undertow', year: 2001, genres: 'Thriller' },
    ]);
    const data = datasetOf({ ratings, films });
    assert.deepEqual(
      data.sequences.map((sequence) => [...sequence]),
      [[1, 0], [0]],
    );
    assert.deepEqual(data.features[0], ['genre:Drama', 'genre:War', 'decade:199', 'word:salt', 'word:road']);
  });

  it('may lack a title, and nothing else', () => {
    const lacking = table([text('Salt Road, The'), nan, Buffer.of(0x68, 3)]);
    assert.equal(readTable(lacking, { ...expected }).films[1]!.title, '');
    assert.throws(() => readTable(table([text('Salt Road, The')]), expected), { code: 'bad-input' });
    assert.throws(() => readTable(table(), { ...expected, films: 3 }), { code: 'bad-input' });
    assert.throws(() => readTable(table(), { ...expected, ratings: 4 }), { code: 'bad-input' });
  });
});
