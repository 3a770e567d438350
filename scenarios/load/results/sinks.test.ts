import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { MetricType } from './sample.ts';
import { newSink } from './sinks.ts';

const filled = (type: MetricType, values: readonly number[]) => {
  const sink = newSink(type);
  for (const value of values) sink.add(value, 0);
  return sink;
};

describe('sinks', () => {
  it('counter: sum, and sum a second', () => {
    assert.deepEqual(filled('counter', [1, 2, 3]).values(2_000, []), { count: 6, rate: 3 });
  });

  it('gauge: the last value, and the range', () => {
    assert.deepEqual(filled('gauge', [2, 9, 4]).values(1, []), { value: 4, min: 2, max: 9 });
  });

  it('rate: the part that is not zero', () => {
    assert.deepEqual(filled('rate', [1, 0, 1, 1]).values(1, []), { rate: 0.75, passes: 3, fails: 1 });
  });

  it('trend: exact percentiles, interpolated between the closest ranks', () => {
    const stats = ['avg', 'min', 'med', 'max', 'p(90)', 'p(25)'];
    assert.deepEqual(filled('trend', [4, 1, 3, 2]).values(1, stats), {
      avg: 2.5,
      min: 1,
      med: 2.5,
      max: 4,
      'p(90)': 3.7,
      'p(25)': 1.75,
    });
  });

  it('trend: stays right when values come after it was read', () => {
    const sink = filled('trend', [5, 1]);
    assert.equal(sink.read('max', 1), 5);
    sink.add(3, 0);
    assert.equal(sink.read('med', 1), 3);
  });

  it('trend: percentiles lie between the extremes and rise', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 300 }),
        (values) => {
          const sink = filled('trend', values);
          const read = [0, 10, 50, 90, 99, 100].map((percent) => sink.read(`p(${percent})`, 1)!);
          assert.equal(read[0], Math.min(...values));
          assert.equal(read.at(-1), Math.max(...values));
          assert.deepEqual(
            read.toSorted((a, b) => a - b),
            read,
          );
        },
      ),
    );
  });
});
