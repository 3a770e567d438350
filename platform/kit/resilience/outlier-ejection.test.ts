import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { ErrorCode } from '#base/errors.ts';
import { CallFailure, type FailureKind } from './call-failure.ts';
import { ejectionDefaults, OutlierEjection } from './outlier-ejection.ts';

const failure = (kind: FailureKind, code: ErrorCode = 'unavailable') => new CallFailure('x', { kind, code });
const broken = failure('lost');
const timedOut = failure('timeout', 'deadline-exceeded');

describe('outlier ejection', () => {
  it('ejects at the first broken connection', () => {
    const ejection = new OutlierEjection();
    assert.deepEqual(ejection.failed('a', broken, 4), { forMs: ejectionDefaults.baseMs });
    assert.ok(ejection.isEjected('a') && !ejection.isEjected('b'));
  });

  it('ejects after 5 errors in a row, which one success interrupts', () => {
    const ejection = new OutlierEjection();
    const fail = () => ejection.failed('a', timedOut, 4);
    assert.deepEqual([fail(), fail(), fail(), fail()], [undefined, undefined, undefined, undefined]);
    ejection.succeeded('a');
    assert.deepEqual([fail(), fail(), fail(), fail()], [undefined, undefined, undefined, undefined]);
    assert.ok(fail());
  });

  it('blames nobody for errors that are answers, for refusals, and for callers who left', () => {
    const ejection = new OutlierEjection({ consecutiveErrors: 1 });
    for (const innocent of [failure('answer', 'not-found'), failure('refused', 'overloaded'), failure('cancelled')])
      assert.equal(ejection.failed('a', innocent, 4), undefined);
    assert.equal(ejection.ejectedCount, 0);
  });

  it('keeps out for longer each time in a row, up to its bound, until a call succeeds', () => {
    const ejection = new OutlierEjection({ baseMs: 100, maxMs: 300 });
    assert.equal(ejection.failed('a', broken, 4)?.forMs, 100);
    assert.equal(ejection.probeFailed('a')?.forMs, 200);
    assert.equal(ejection.probeFailed('a')?.forMs, 300);
    ejection.restore('a');
    assert.ok(!ejection.isEjected('a'));
    assert.equal(ejection.failed('a', broken, 4)?.forMs, 300);
    ejection.restore('a');
    ejection.succeeded('a');
    assert.equal(ejection.failed('a', broken, 4)?.forMs, 100);
  });

  it('knows nothing of an endpoint that is gone', () => {
    const ejection = new OutlierEjection();
    ejection.failed('a', broken, 2);
    ejection.forget('a');
    assert.equal(ejection.ejectedCount, 0);
    assert.equal(ejection.probeFailed('a'), undefined);
    ejection.restore('a');
    assert.equal(ejection.ejectedCount, 0);
  });

  it('never ejects the only endpoint, nor more than its share', () => {
    const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    const step = fc.record({
      id: fc.constantFrom(...ids),
      what: fc.constantFrom('broken', 'timedOut', 'ok', 'restore', 'probeFailed', 'forget'),
    });
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.array(step, { maxLength: 200 }), (maxRatio, steps) => {
        const ejection = new OutlierEjection({ maxRatio });
        for (const { id, what } of steps) {
          if (what === 'broken') ejection.failed(id, broken, ids.length);
          else if (what === 'timedOut') ejection.failed(id, timedOut, ids.length);
          else if (what === 'ok') ejection.succeeded(id);
          else if (what === 'restore') ejection.restore(id);
          else if (what === 'probeFailed') ejection.probeFailed(id);
          else ejection.forget(id);
          const ejected = ids.filter((known) => ejection.isEjected(known)).length;
          assert.equal(ejected, ejection.ejectedCount);
          assert.ok(ejected <= Math.min(Math.floor(ids.length * maxRatio), ids.length - 1));
        }
      }),
    );
    assert.equal(new OutlierEjection({ maxRatio: 1 }).failed('a', broken, 1), undefined);
  });
});
