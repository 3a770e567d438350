import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Compared, Judged, Transfer } from './effects.ts';
import * as effects from './effects.ts';

const whole: Transfer = { sentBytes: 1_000, receivedBytes: 1_000, firstMs: 1, lastMs: 2, reads: 1, end: 'open' };
const t = (changes: Partial<Transfer>): Transfer => ({ ...whole, ...changes });
const none = { receivedBytes: 0, reads: 0, firstMs: undefined, lastMs: undefined } as unknown as Partial<Transfer>;
const ended = { end: 'ended' as const };

interface Case {
  readonly judge: (compared: Compared) => Judged;
  readonly good: readonly Partial<Transfer>[];
  /** Each is refused as an effect, beside undisturbed transfers that are well. */
  readonly bad: Readonly<Record<string, readonly Partial<Transfer>[]>>;
  readonly undisturbed?: Partial<Transfer>;
}

const cases: Readonly<Record<string, Case>> = {
  delayed: {
    judge: (all) => effects.delayed({ latencyMs: 100 }, all),
    good: [{ firstMs: 101 }, { firstMs: 250 }],
    bad: {
      'no delay': [{ firstMs: 1 }],
      'a delay that is too short': [{ firstMs: 90 }],
      'one that is far too long every time': [{ firstMs: 400 }, { firstMs: 900 }],
      'a byte that never came': [{ firstMs: 101 }, none],
      'no measurement': [],
    },
  },
  'delayed with jitter': {
    judge: (all) => effects.delayed({ latencyMs: 100, jitterMs: 40 }, all),
    good: [{ firstMs: 70 }, { firstMs: 135 }],
    bad: {
      'a latency without the jitter': [{ firstMs: 100.5 }, { firstMs: 139 }, { firstMs: 180 }],
      'one that is earlier than both allow': [{ firstMs: 50 }, { firstMs: 120 }],
    },
  },
  closedLate: {
    judge: (all) => effects.closedLate({ delayMs: 100 }, all),
    good: [{ ...ended, closedMs: 5, endMs: 106 }],
    bad: {
      'an end in the usual time': [{ ...ended, closedMs: 5, endMs: 6 }],
      'a reset': [{ end: 'reset', closedMs: 5, endMs: 106 }],
      'no end': [{ closedMs: 5 }],
    },
    undisturbed: { ...ended, closedMs: 5, endMs: 6 },
  },
  throttled: {
    judge: (all) => effects.throttled({ bytesPerMs: 10 }, all),
    good: [{ lastMs: 99 }],
    bad: { 'a quick transfer': [{ lastMs: 50 }], 'a part of it': [{ lastMs: 100, receivedBytes: 999 }] },
  },
  sliced: {
    judge: (all) => effects.sliced({ sliceBytes: 100, gapMs: 2 }, all),
    good: [{ firstMs: 1, lastMs: 25, reads: 9 }],
    bad: {
      'all at once': [{ firstMs: 1, lastMs: 1.1, reads: 1 }],
      'no more than a stall in the middle': [{ firstMs: 1, lastMs: 25, reads: 2 }],
    },
    undisturbed: { firstMs: 1, lastMs: 1.2 },
  },
  cut: {
    judge: (all) => effects.cut({ bytes: 700 }, all),
    good: [{ receivedBytes: 700, ...ended }],
    bad: {
      'all of it': [{}],
      'a byte more': [{ receivedBytes: 701, ...ended }],
      'no end': [{ receivedBytes: 700 }],
      'a reset': [{ receivedBytes: 700, end: 'reset' }],
    },
  },
  starved: {
    judge: (all) => effects.starved({ timeoutMs: 100 }, all),
    good: [{ ...none, ...ended, endMs: 101 }],
    bad: {
      'a byte that came': [{ receivedBytes: 1, ...ended, endMs: 101 }],
      'an end too soon': [{ ...none, ...ended, endMs: 50 }],
      'no end': [{ ...none }],
    },
  },
  'starved for ever': {
    judge: (all) => effects.starved({ timeoutMs: 0 }, all),
    good: [none],
    bad: { 'an end': [{ ...none, ...ended, endMs: 500 }], 'a byte that came': [{ receivedBytes: 1 }] },
  },
  'broken by reset': {
    judge: (all) => effects.broken({ timeoutMs: 50, by: 'reset' }, all),
    good: [{ ...none, end: 'reset', endMs: 51 }],
    bad: {
      'an end in good order': [{ ...none, ...ended, endMs: 51 }],
      'a reset after the bytes': [{ end: 'reset', endMs: 51 }],
      'a reset too soon': [{ ...none, end: 'reset', endMs: 1 }],
    },
  },
  'broken by an end': {
    judge: (all) => effects.broken({ timeoutMs: 50, by: 'end' }, all),
    good: [{ ...none, ...ended, endMs: 51 }],
    bad: { 'a reset': [{ ...none, end: 'reset', endMs: 51 }] },
  },
  refused: {
    judge: effects.refused,
    good: [{ ...none, end: 'refused' }],
    bad: { 'a connection': [{}], 'one that was dropped': [{ ...none, ...ended }] },
  },
  dropped: {
    judge: effects.dropped,
    good: [
      { ...none, ...ended },
      { ...none, end: 'reset' },
    ],
    bad: { 'one that stands': [{}] },
  },
};

for (const [name, { judge, good, bad, undisturbed = {} }] of Object.entries(cases)) {
  describe(name, () => {
    const usual = [t(undisturbed)];
    it('is an effect where it is', () => {
      const { potent, why } = judge({ disturbed: good.map(t), undisturbed: usual });
      assert.equal(potent, true, why);
    });
    for (const [what, transfers] of Object.entries(bad)) {
      it(`is not ${what}`, () =>
        assert.equal(judge({ disturbed: transfers.map(t), undisturbed: usual }).potent, false));
    }
    it('is not what undisturbed transfers do', () =>
      assert.equal(judge({ disturbed: usual, undisturbed: usual }).potent, false));
    it('is not proved when the undisturbed do the same', () =>
      assert.equal(judge({ disturbed: good.map(t), undisturbed: good.map(t) }).potent, false));
    it('is not proved without undisturbed transfers', () =>
      assert.equal(judge({ disturbed: good.map(t), undisturbed: [] }).potent, false));
  });
}
