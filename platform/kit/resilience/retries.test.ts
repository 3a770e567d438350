import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ErrorCode } from '#base/errors.ts';
import { CallFailure, type FailureKind } from './call-failure.ts';
import { mayTryAgain, retryDelayMs } from './retries.ts';

const failure = (kind: FailureKind, code: ErrorCode = 'unavailable') => new CallFailure('x', { kind, code });

describe('retries', () => {
  it('repeat for anyone what was never sent or never begun', () => {
    assert.ok(mayTryAgain(failure('connect'), false));
    assert.ok(mayTryAgain(failure('refused', 'overloaded'), false));
  });

  it('repeat what may have been done only for calls that are safe to repeat', () => {
    for (const kind of ['lost', 'timeout'] as const) {
      assert.ok(mayTryAgain(failure(kind), true), kind);
      assert.ok(!mayTryAgain(failure(kind), false), kind);
    }
    assert.ok(mayTryAgain(failure('answer', 'unavailable'), true));
    assert.ok(mayTryAgain(failure('answer', 'guard-refused'), true));
    assert.ok(!mayTryAgain(failure('answer', 'unavailable'), false));
  });

  it('take an answer for an answer, and a caller who left for gone', () => {
    for (const code of ['not-found', 'bad-input', 'conflict', 'internal', 'forbidden'] as const)
      assert.ok(!mayTryAgain(failure('answer', code), true), code);
    assert.ok(!mayTryAgain(failure('cancelled', 'cancelled'), true));
  });

  it('go elsewhere at once, then wait with jitter', () => {
    assert.deepEqual(
      [0, 1].map((attempt) => retryDelayMs(attempt, 0.9)),
      [0, 0],
    );
    assert.equal(retryDelayMs(2, 0), 0);
    assert.ok(retryDelayMs(2, 0.99) < 25 && retryDelayMs(3, 0.99) < 50);
  });
});
