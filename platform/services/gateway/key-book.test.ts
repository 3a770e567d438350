import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FaultflixError } from '#base/errors.ts';
import { KeyBook } from './key-book.ts';
import { Recent } from './recent.ts';

describe('keys', () => {
  it('stand for one request, of one viewer and operation, for a day', () => {
    let nowMs = 0;
    const keys = new KeyBook({ now: () => nowMs, sleep: async () => undefined });
    const conflict = (error: unknown) => error instanceof FaultflixError && error.code === 'conflict';
    keys.claim('play s1', 'k', { titleId: 't1' });
    keys.claim('play s1', 'k', { titleId: 't1' });
    keys.claim('play s2', 'k', { titleId: 't2' });
    keys.claim('subscribe s1', 'k', { plan: 'basic' });
    assert.throws(() => keys.claim('play s1', 'k', { titleId: 't2' }), conflict);
    assert.throws(() => keys.claim('play s1', 'k', { titleId: 't2' }), conflict, 'the first one stays');
    nowMs += 25 * 3_600_000;
    keys.claim('play s1', 'k', { titleId: 't2' });
  });
});

describe('what is recent', () => {
  it('forgets who was not asked for longest, and holds no more than it may', () => {
    const recent = new Recent<number>(3);
    for (const [i, key] of ['a', 'b', 'c'].entries()) recent.set(key, i);
    assert.equal(recent.get('a'), 0);
    recent.set('d', 3);
    assert.deepEqual(
      ['a', 'b', 'c', 'd'].map((key) => recent.get(key)),
      [0, undefined, 2, 3],
    );
    recent.set('a', 9);
    recent.delete('c');
    assert.deepEqual([recent.size, recent.get('a')], [2, 9]);
  });
});
