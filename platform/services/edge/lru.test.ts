import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ByteLru } from './lru.ts';

describe('ByteLru', () => {
  it('drops what was used longest ago when the bytes exceed the bound', () => {
    const lru = new ByteLru<string>(100);
    lru.set('a', 'A', 40);
    lru.set('b', 'B', 40);
    assert.equal(lru.get('a'), 'A');
    lru.set('c', 'C', 40);
    assert.equal(lru.get('b'), undefined);
    assert.equal(lru.get('a'), 'A');
    assert.equal(lru.get('c'), 'C');
    assert.equal(lru.bytes, 80);
  });

  it('counts a key once when it is set again', () => {
    const lru = new ByteLru<string>(100);
    lru.set('a', 'A', 60);
    lru.set('a', 'A2', 70);
    assert.equal(lru.bytes, 70);
    assert.equal(lru.get('a'), 'A2');
  });

  it('does not keep what alone exceeds the bound, and keeps the others', () => {
    const lru = new ByteLru<string>(100);
    lru.set('a', 'A', 60);
    lru.set('big', 'B', 101);
    assert.equal(lru.get('big'), undefined);
    assert.equal(lru.get('a'), 'A');
  });
});
