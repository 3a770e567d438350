import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FaultflixError } from '#base/errors.ts';
import { Admission, type Place } from './admission.ts';
import { createMetrics } from './metrics.ts';
import type { Priority } from './request-context.ts';
import { type GuardName, SwitchableGuards } from './resilience/guards.ts';

function door(off: readonly GuardName[] = []) {
  const guards = new SwitchableGuards();
  guards.set(Object.fromEntries(off.map((name) => [name, 'off'])));
  const clock = { now: () => 0, sleep: async () => undefined };
  const admission = new Admission({ guards, clock, metrics: createMetrics() });
  const enter = (priority: Priority) => admission.enter({ protocol: 'grpc', method: 'm', priority });
  /** How many of the priority get in, until one is refused (or 10,000 did). */
  const fill = (priority: Priority) => {
    for (let count = 0; count < 10_000; count++) if (enter(priority) instanceof FaultflixError) return count;
    return 10_000;
  };
  return { admission, enter, fill };
}

describe('the door of a server', () => {
  it('lets in the more important when the less important are refused', () => {
    const { fill, admission } = door();
    const counts = (['prefetch', 'browsing', 'starting', 'playing'] as const).map(fill);
    assert.deepEqual(counts, [50, 25, 15, 10]);
    assert.equal(admission.limit.inFlight, 100);
  });

  it('says overloaded to whom it refuses', () => {
    const { fill, enter } = door();
    fill('playing');
    const refusal = enter('playing');
    assert.ok(refusal instanceof FaultflixError && refusal.code === 'overloaded');
  });

  it('without shedding treats all alike', () => {
    assert.equal(door(['priority-shedding']).fill('prefetch'), 100);
  });

  it('without a limit lets everybody in, and still knows how many are', () => {
    const { fill, admission } = door(['concurrency-limit']);
    assert.equal(fill('prefetch'), 10_000);
    assert.equal(admission.limit.inFlight, 10_000);
  });

  it('gives a place back once, however it is left', () => {
    const { enter, admission } = door();
    const place = enter('playing') as Place;
    place.worked();
    place.worked();
    place.leave('ok');
    assert.equal(admission.limit.inFlight, 0);
    (enter('playing') as Place).leave('cancelled');
    assert.equal(admission.limit.inFlight, 0);
  });
});
