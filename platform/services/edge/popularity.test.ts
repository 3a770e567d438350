import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Demand, mostDemanded } from './popularity.ts';

it('demand is counted, told by the most asked for, and forgotten by halves', () => {
  const demand = new Demand();
  for (const media of ['a', 'b', 'b', 'b', 'c']) demand.add(media);
  assert.deepEqual(demand.top(2), [
    { media: 'b', requests: 3 },
    { media: 'a', requests: 1 },
  ]);
  demand.halve();
  assert.deepEqual(demand.top(9), [{ media: 'b', requests: 1 }]);
  for (let i = 0; i < 5_000; i++) demand.add(`title-${i}`);
  assert(demand.top(10_000).length <= 2_000);
});

it('the demand of several edges adds up', () => {
  const lists = [[{ media: 'a', requests: 2 }], [{ media: 'b', requests: 3 }], [{ media: 'a', requests: 2 }]];
  assert.deepEqual(mostDemanded(lists, 1), [{ media: 'a', requests: 4 }]);
});
