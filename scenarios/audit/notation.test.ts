import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseNotation } from './notation.ts';

describe('the notation of histories', () => {
  it('reads plays, faults and the end', () => {
    assert.deepEqual(parseNotation('# comment\nfault@15\np1: ack@1 denied@5:1404\nend@60\n'), {
      plays: [
        {
          playback: 'p1',
          session: 'session of p1',
          title: 'title',
          observations: [
            { event: 'acknowledged', atMs: 1_000 },
            { event: 'refused', by: 'heartbeat', atMs: 5_000, code: '1404' },
          ],
        },
      ],
      faultsAtMs: [15_000],
      untilMs: 60_000,
      complete: true,
      lines: 3,
    });
  });

  for (const text of ['p1: ack', 'p1: nonsense@5', 'later@5', 'p1: ack@-1', 'ack@1 seg@2']) {
    it(`refuses ${text}`, () => {
      assert.throws(() => parseNotation(text), { code: 'bad-input', where: 'line 1' });
    });
  }
});
