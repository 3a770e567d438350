import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Bulkhead } from './bulkhead.ts';

test('a bulkhead is full with its number of calls out, and has room again when one has ended', () => {
  const bulkhead = new Bulkhead({ maxOutstanding: 2 });
  bulkhead.enter();
  assert.equal(bulkhead.full, false);
  bulkhead.enter();
  assert.equal(bulkhead.full, true);
  bulkhead.leave();
  assert.deepEqual([bulkhead.full, bulkhead.outstanding], [false, 1]);
});
