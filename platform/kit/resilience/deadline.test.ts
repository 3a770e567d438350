import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { attemptDeadlineAtMs, callDeadlineAtMs, deadlineDefaults } from './deadline.ts';

const instant = fc.integer({ min: 0, max: 2 ** 41 });
const span = fc.integer({ min: 0, max: 600_000 });

describe('deadline', () => {
  it('is the timeout where the caller has none, and the default where nothing is said', () => {
    assert.equal(callDeadlineAtMs({ nowMs: 1_000, timeoutMs: 500 }), 1_500);
    assert.equal(callDeadlineAtMs({ nowMs: 1_000 }), 1_000 + deadlineDefaults.timeoutMs);
  });

  it('leaves the caller its margin', () => {
    assert.equal(callDeadlineAtMs({ nowMs: 1_000, timeoutMs: 500, callerDeadlineAtMs: 1_200, marginMs: 20 }), 1_180);
  });

  it('never grows along a chain of calls', () => {
    fc.assert(
      fc.property(
        instant,
        fc.array(fc.record({ passedMs: span, timeoutMs: span }), { minLength: 2 }),
        (start, hops) => {
          let nowMs = start;
          let deadlineAtMs: number | undefined;
          for (const { passedMs, timeoutMs } of hops) {
            nowMs += passedMs;
            const next = callDeadlineAtMs({ nowMs, timeoutMs, callerDeadlineAtMs: deadlineAtMs });
            if (deadlineAtMs !== undefined) assert.ok(next < deadlineAtMs);
            deadlineAtMs = next;
          }
        },
      ),
    );
  });

  it('keeps a reserve for the attempt that may follow, of little a half, and gives the last all', () => {
    assert.equal(attemptDeadlineAtMs(1_000, 3_000, true), 2_700);
    assert.equal(attemptDeadlineAtMs(1_000, 1_400, true), 1_200);
    assert.equal(attemptDeadlineAtMs(1_000, 2_000, false), 2_000);
    fc.assert(
      fc.property(instant, span, fc.boolean(), (nowMs, leftMs, mayRepeat) => {
        const at = attemptDeadlineAtMs(nowMs, nowMs + leftMs, mayRepeat);
        assert.ok(at >= nowMs && at <= nowMs + leftMs);
      }),
    );
  });
});
