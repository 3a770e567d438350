import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Span, SpanRing } from './spans.ts';

const span = (traceId: string, spanId: string, more: Partial<Span> = {}): Span => ({
  traceId,
  spanId,
  kind: 'server',
  name: 'x',
  startMs: 0,
  durationMs: 1,
  outcome: 'ok',
  ...more,
});

describe('the spans of a process', () => {
  it('are kept by trace, in the order in which they ended, the newest ones', () => {
    const ring = new SpanRing({ kept: 3 });
    for (const [trace, id] of [
      ['a', '1'],
      ['b', '2'],
      ['a', '3'],
      ['a', '4'],
    ] as const)
      ring.record(span(trace, id));
    assert.deepEqual(
      ring.of('a').map(({ spanId }) => spanId),
      ['3', '4'],
    );
    assert.deepEqual(ring.of('c'), []);
  });
  it('say which requests began here, newest first', () => {
    const ring = new SpanRing();
    ring.record(span('a', '1'));
    ring.record(span('b', '2', { parentId: '9' }));
    ring.record(span('c', '3', { kind: 'client' }));
    ring.record(span('d', '4'));
    assert.deepEqual(
      ring.newest(10).map(({ traceId }) => traceId),
      ['d', 'a'],
    );
    assert.equal(ring.newest(1).length, 1);
  });
  it('go on to whoever else wants them', () => {
    const seen: Span[] = [];
    const ring = new SpanRing({ also: [{ record: (one) => void seen.push(one) }] });
    ring.record(span('a', '1'));
    assert.equal(seen.length, 1);
  });
});
