/** What the comparisons of runs go by must itself tell one run from another. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { ExperimentStatus } from '#chaos/engine/journal.ts';
import { victimsOf } from '../support/victims.ts';

/** One kill in a region with these pods. */
const status = (victim: string, ...spared: string[]): ExperimentStatus => {
  const target = { namespace: 'us-east-1', name: victim, service: 'playback', region: 'us-east-1' };
  const others = spared.map((name) => ({ step: 0, pod: `us-east-1/${name}`, reason: 'the seed chose others' }));
  const elsewhere = { step: 0, pod: 'us-west-2/a', reason: 'the seed chose others' };
  return { marks: [{ step: 0, fault: 'pod-kill', target }], spared: [...others, elsewhere] } as never;
};

it('the same place among pods of other names is the same victim', () => {
  assert.deepEqual(victimsOf(status('b-1', 'a-1', 'c-1')), victimsOf(status('y', 'x', 'z')));
  const [victim] = victimsOf(status('b-1', 'a-1', 'c-1'));
  assert.deepEqual([victim!.ordinal, victim!.of], [1, 3]);
});

it('another place, and another number of pods, is another', () => {
  assert.notDeepEqual(victimsOf(status('a-1', 'b-1', 'c-1')), victimsOf(status('y', 'x', 'z')));
  assert.notDeepEqual(victimsOf(status('b-1', 'a-1')), victimsOf(status('y', 'x', 'z')));
});
