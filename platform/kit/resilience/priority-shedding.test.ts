import assert from 'node:assert/strict';
import { it } from 'node:test';
import { priorities } from '../request-context.ts';
import { shareOf } from './priority-shedding.ts';

it('playing beats starting, starting beats browsing, browsing beats prefetch', () => {
  const shares = priorities.map((priority) => shareOf(priority, true));
  assert.equal(shares[0], 1);
  for (let i = 1; i < shares.length; i++) assert.ok(shares[i]! < shares[i - 1]!);
});

it('off, all are alike', () => {
  for (const priority of priorities) assert.equal(shareOf(priority, false), 1);
});
