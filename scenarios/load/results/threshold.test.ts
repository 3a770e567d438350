import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { MetricType } from './sample.ts';
import { newSink } from './sinks.ts';
import { assertFits, holds, parseSelector, parseThreshold } from './threshold.ts';

describe('threshold expressions', () => {
  const good: [source: string, aggregation: string, operator: string, limit: number][] = [
    ['p(95)<500', 'p(95)', '<', 500],
    ['p(99.99) <= 1.5', 'p(99.99)', '<=', 1.5],
    ['  rate  >=  0.99 ', 'rate', '>=', 0.99],
    ['count==0', 'count', '==', 0],
    ['count===10', 'count', '===', 10],
    ['value!=-1', 'value', '!=', -1],
    ['avg>200', 'avg', '>', 200],
    ['p( 90 )<1', 'p(90)', '<', 1],
  ];
  for (const [source, aggregation, operator, limit] of good) {
    it(`reads ${source}`, () => {
      const { source: kept, ...parsed } = parseThreshold(source, 'here');
      assert.equal(kept, source);
      assert.deepEqual(parsed, { aggregation, operator, limit, abortOnFail: false, delayAbortEvalMs: 0 });
    });
  }

  for (const source of [
    '',
    'p(95)',
    '<500',
    'p95<500',
    'rate=1',
    'rate<',
    'rate<x',
    'rate<1 && avg<2',
    'p(95<1',
    'rate=>1',
  ]) {
    it(`refuses "${source}"`, () => {
      assert.throws(() => parseThreshold(source, 'here'), { code: 'bad-input', where: 'here', received: source });
    });
  }

  const fits: [MetricType, good: string[], bad: string[]][] = [
    ['counter', ['count<1', 'rate<1'], ['avg<1', 'value<1', 'p(95)<1']],
    ['gauge', ['value<1'], ['count<1', 'rate<1', 'max<1']],
    ['rate', ['rate<1'], ['count<1', 'avg<1', 'p(95)<1']],
    [
      'trend',
      ['avg<1', 'min<1', 'max<1', 'med<1', 'p(50)<1', 'p(100)<1'],
      ['rate<1', 'value<1', 'p(101)<1', 'count<1'],
    ],
  ];
  for (const [type, yes, no] of fits) {
    it(`knows what a ${type} can be asked`, () => {
      for (const source of yes) assertFits(parseThreshold(source, ''), type, '');
      for (const source of no)
        assert.throws(() => assertFits(parseThreshold(source, ''), type, ''), { code: 'bad-input' });
    });
  }

  it('holds or not, operator by operator, at the limit', () => {
    const sink = newSink('counter');
    sink.add(5, 0);
    const outcome = (source: string) => holds(parseThreshold(source, ''), sink, 1_000);
    assert.deepEqual(
      ['count<5', 'count<=5', 'count>5', 'count>=5', 'count==5', 'count===5', 'count!=5', 'rate<=5'].map(outcome),
      [false, true, false, true, true, true, false, true],
    );
  });

  it('does not hold when nothing was measured, whatever it says', () => {
    for (const type of ['counter', 'gauge', 'rate', 'trend'] as const) {
      for (const source of ['count>=0', 'rate<1', 'value<1', 'avg<1', 'p(95)<1']) {
        assert.equal(holds(parseThreshold(source, ''), newSink(type), 1_000), false);
      }
    }
  });
});

describe('metric selectors', () => {
  const good: [string, { name: string; tags: Record<string, string> }][] = [
    ['http_reqs', { name: 'http_reqs', tags: {} }],
    ['http_req_duration{name:segment}', { name: 'http_req_duration', tags: { name: 'segment' } }],
    ['x{ a:1 , b:"two words" }', { name: 'x', tags: { a: '1', b: 'two words' } }],
    ['x{url:https://host/path}', { name: 'x', tags: { url: 'https://host/path' } }],
    ['x{}', { name: 'x', tags: {} }],
  ];
  for (const [text, selector] of good) {
    it(`reads ${text}`, () => assert.deepEqual(parseSelector(text, 'here'), selector));
  }
  for (const text of ['', '9x', 'x{', 'x}', 'x{a}', 'x{:b}', 'x y']) {
    it(`refuses "${text}"`, () => assert.throws(() => parseSelector(text, 'here'), { code: 'bad-input' }));
  }
});
