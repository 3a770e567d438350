import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { freshContext, parseContext, wireContext } from './propagation.ts';
import { priorities } from './request-context.ts';

const nothing = { traceparent: undefined, baggage: undefined, nowMs: 0 };

describe('what travels with a request', () => {
  it('arrives as it was sent, but for the span, which is the receiver’s own', () => {
    const text = fc.option(fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' }), { nil: undefined });
    fc.assert(
      fc.property(
        fc.record({ session: text, cohort: text, fault: text, priority: fc.constantFrom(...priorities) }),
        fc.option(fc.integer({ min: 0, max: 100_000 }), { nil: undefined }),
        (members, leftMs) => {
          const sent = {
            ...freshContext('browsing'),
            ...members,
            deadlineAtMs: leftMs === undefined ? undefined : 5_000 + leftMs,
          };
          const { traceparent, baggage } = wireContext(sent, 5_000);
          const got = parseContext({ traceparent, baggage, nowMs: 9_000 });
          assert.deepEqual(
            { ...got, spanId: sent.spanId, deadlineAtMs: undefined },
            { ...sent, parentSpanId: sent.spanId, deadlineAtMs: undefined },
          );
          assert.notEqual(got.spanId, sent.spanId);
          assert.equal(got.deadlineAtMs, leftMs === undefined ? undefined : 9_000 + leftMs);
        },
      ),
    );
  });

  it('starts a trace where there is none, or a bad one', () => {
    for (const traceparent of [
      undefined,
      '',
      'x',
      `00-${'0'.repeat(32)}-${'1'.repeat(16)}-01`,
      `01-${'a'.repeat(32)}-b-01`,
    ])
      assert.match(parseContext({ ...nothing, traceparent }).traceId, /^(?!0+$)[0-9a-f]{32}$/);
  });

  it('never names two spans alike', () => {
    const ids = new Set(Array.from({ length: 5_000 }, () => freshContext('browsing').spanId));
    assert.equal(ids.size, 5_000);
  });

  it('takes the earlier of two deadlines', () => {
    const of = (deadlineAtMs: number) =>
      parseContext({ ...nothing, baggage: 'deadline=100', deadlineAtMs }).deadlineAtMs;
    assert.deepEqual([of(50), of(150)], [50, 100]);
  });

  it('is never a reason to fail', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (traceparent, baggage) => {
        parseContext({ traceparent, baggage, nowMs: 0 });
      }),
    );
    assert.match(wireContext({ ...freshContext('browsing'), session: 'half \ud800' }, 0).baggage, /session=half%20/);
    const { session, priority, deadlineAtMs } = parseContext({
      ...nothing,
      baggage: `session=%zz,priority=emperor,deadline=soon,__proto__=x,session2=${'x'.repeat(1_000)}`,
    });
    assert.deepEqual([session, priority, deadlineAtMs], [undefined, 'browsing', undefined]);
  });
});
