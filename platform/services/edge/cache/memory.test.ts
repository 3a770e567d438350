import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MemoryCache } from './memory.ts';

/** `a` was asked for once, `bb` twice, `ccc` three times. */
const popularity = (key: string) => key.length;
const cache = (maxBytes = 100) => {
  const evicted: number[] = [];
  return {
    evicted,
    memory: new MemoryCache<string>({ maxBytes, popularity, onEvict: (bytes) => evicted.push(bytes) }),
  };
};

describe('the memory', () => {
  it('drops what was used longest ago for what is more popular', () => {
    const { memory, evicted } = cache();
    memory.set('a', 'A', 40);
    memory.set('b', 'B', 40);
    assert.equal(memory.get('a'), 'A');
    assert(memory.set('cc', 'C', 40));
    assert.equal(memory.get('b'), undefined);
    assert.equal(memory.get('a'), 'A');
    assert.equal(memory.bytes, 80);
    assert.deepEqual(evicted, [40]);
  });

  it('lets nothing in that is as little asked for as what is there', () => {
    const { memory } = cache();
    memory.set('bb', 'B', 60);
    memory.set('aa', 'A', 40);
    for (const key of ['x', 'yy']) assert(!memory.set(key, 'X', 50), key);
    assert.equal(memory.get('bb'), 'B');
    assert(!memory.set('ccc', 'C', 101), 'nor what alone exceeds the bound');
    assert(memory.set('ccc', 'C', 100), 'the two of them are less popular');
    assert.equal(memory.bytes, 100);
  });

  it('keeps all or gives up none when one of several victims is more popular', () => {
    const { memory } = cache();
    memory.set('a', 'A', 50);
    memory.set('dddd', 'D', 50);
    assert(!memory.set('ccc', 'C', 80));
    assert.equal(memory.get('a'), 'A');
  });

  it('counts a key once when it is exchanged', () => {
    const { memory } = cache();
    memory.set('a', 'A', 60);
    memory.set('a', 'A2', 70);
    assert.equal(memory.bytes, 70);
    assert.equal(memory.get('a'), 'A2');
  });
});
