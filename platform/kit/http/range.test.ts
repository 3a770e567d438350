import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { byteRange, matches } from './range.ts';

describe('byteRange', () => {
  const cases: ReadonlyArray<[string | undefined, ReturnType<typeof byteRange>]> = [
    [undefined, 'whole'],
    ['bytes=0-0', { start: 0, end: 0 }],
    ['bytes=10-19', { start: 10, end: 19 }],
    ['bytes=90-', { start: 90, end: 99 }],
    ['bytes=90-1000', { start: 90, end: 99 }],
    ['bytes=-10', { start: 90, end: 99 }],
    ['bytes=-1000', { start: 0, end: 99 }],
    ['bytes=100-', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=20-10', 'whole'],
    ['bytes=-', 'whole'],
    ['bytes=0-1,5-6', 'whole'],
    ['items=0-1', 'whole'],
    ['bytes=a-b', 'whole'],
  ];
  for (const [header, expected] of cases)
    it(`${header} of 100 bytes`, () => {
      assert.deepEqual(byteRange(header, 100), expected);
    });

  it('of an empty file there is no part', () => {
    assert.equal(byteRange('bytes=0-', 0), 'unsatisfiable');
    assert.equal(byteRange('bytes=-5', 0), 'unsatisfiable');
    assert.equal(byteRange(undefined, 0), 'whole');
  });
});

it('If-None-Match names a tag strongly, weakly, among others or with a star', () => {
  for (const header of ['"a"', 'W/"a"', '"b", "a"', ' "b",W/"a"', '*']) assert(matches(header, '"a"'), header);
  for (const header of [undefined, '', '"b"', 'a', '"a']) assert(!matches(header, '"a"'), String(header));
});
