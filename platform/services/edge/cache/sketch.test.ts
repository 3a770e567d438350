import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hashOf, Sketch } from './sketch.ts';

const hash = (i: number) => hashOf(`title-${i}/seg-4-00001.m4s`);

describe('the sketch', () => {
  it('never says too little, and seldom too much', () => {
    const sketch = new Sketch(1_024);
    const counts = Array.from({ length: 300 }, (_, i) => 1 + (i % 7));
    counts.forEach((count, i) => {
      for (let n = 0; n < count; n++) sketch.add(hash(i));
    });
    const off = counts.filter((count, i) => sketch.estimate(hash(i)) !== count).length;
    assert(counts.every((count, i) => sketch.estimate(hash(i)) >= count));
    assert(off < 15, `${off} of 300 said too much`);
  });

  it('ends at 15 and forgets by halves', () => {
    const sketch = new Sketch(64);
    for (let i = 0; i < 100; i++) sketch.add(hash(1));
    assert.equal(sketch.estimate(hash(1)), 15);
    for (let i = 0; i < 640; i++) sketch.add(hash(2));
    assert(sketch.estimate(hash(1)) <= 7);
  });

  it('has a power of two of counters', () => assert.throws(() => new Sketch(100), RangeError));
});
