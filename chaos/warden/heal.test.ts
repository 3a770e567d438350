import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { planHealing } from './heal.ts';
import { parseToxicName } from './toxic-name.ts';

const time = fc.integer({ min: 1_000_000, max: 2_000_000 });
const run = fc.constantFrom('aaaaaaaa', 'bbbbbbbb', 'cccccccc');
const faultName = fc.tuple(run, fc.nat(9), time, fc.constantFrom('', '.upstream', '.downstream'));
const name = fc.oneof(
  faultName.map(([of, step, expiry, stream]) => `ff.${of}.${step}.${expiry}${stream}`),
  fc.constantFrom('distance-upstream', 'distance-downstream', 'ffx', 'mine', 'ff.', 'ff.x', 'ff.aaaaaaaa.x.y'),
);
const toxic = fc.record({ podUid: fc.constantFrom('p', 'q'), proxy: fc.constantFrom('a', 'b'), name });
const world = fc.record({
  toxics: fc.array(toxic, { maxLength: 12 }),
  leases: fc.array(fc.tuple(run, time)).map((entries) => new Map<string, number>(entries)),
  nowMs: time,
  graceUntilMs: time,
});

test('only toxics of faults are removed, and every one whose expiry or lease has passed', () => {
  fc.assert(
    fc.property(world, ({ toxics, leases, nowMs, graceUntilMs }) => {
      const { remove } = planHealing({ toxics, leases, nowMs, graceUntilMs });
      for (const each of toxics) {
        const parsed = parseToxicName(each.name);
        const removed = remove.includes(each);
        if (!each.name.startsWith('ff.')) assert.equal(removed, false, 'not ours');
        else if (!parsed) assert.equal(removed, true, 'nobody can renew it');
        else {
          const lease = leases.get(parsed.run) ?? graceUntilMs;
          assert.equal(removed, parsed.expiresAtMs <= nowMs || lease <= nowMs);
        }
      }
    }),
    { numRuns: 2_000 },
  );
});

test('once its time is told as next, a toxic that stays is removed at that time and not before', () => {
  fc.assert(
    fc.property(world, (options) => {
      const { remove, nextMs } = planHealing(options);
      if (nextMs === undefined) return;
      assert.ok(nextMs > options.nowMs);
      const before = planHealing({ ...options, nowMs: nextMs - 1 });
      const at = planHealing({ ...options, nowMs: nextMs });
      assert.equal(before.remove.length, remove.length);
      assert.ok(at.remove.length > remove.length);
    }),
    { numRuns: 2_000 },
  );
});

test('with time alone everything of faults is gone in the end', () => {
  fc.assert(
    fc.property(world, (options) => {
      const { remove, nextMs } = planHealing({ ...options, nowMs: 3_000_000 });
      assert.equal(remove.length, options.toxics.filter((each) => each.name.startsWith('ff.')).length);
      assert.equal(nextMs, undefined);
    }),
  );
});
