import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { faultSeam, parseRequestFault } from './fault-seam.ts';
import { freshContext } from './propagation.ts';

const slept: number[] = [];
const clock = { now: () => 0, sleep: async (ms: number) => void slept.push(ms) };
const at = { service: 'catalog', method: 'getTitle' };
const carrying = (fault: string, cohort = 'experiment') => ({ ...freshContext('browsing'), fault, cohort });

describe('the fault seam', () => {
  it('is shut unless it is opened', () => {
    const seam = faultSeam({ enabled: false, clock });
    assert.equal(seam.before(carrying('catalog;error=unavailable'), at), undefined);
  });

  it('does to a request of the experiment what that asks for, here', async () => {
    const seam = faultSeam({ enabled: true, clock });
    await assert.rejects(async () => seam.before(carrying('catalog;delay=300ms;error=unavailable'), at), {
      code: 'unavailable',
    });
    assert.deepEqual(slept.splice(0), [300]);
    await seam.before(carrying('catalog.getTitle;delay=1s'), at);
    assert.deepEqual(slept.splice(0), [1_000]);
  });

  it('does nothing to others, elsewhere, or for what it does not understand', async () => {
    const seam = faultSeam({ enabled: true, clock });
    await seam.before(freshContext('browsing'), at);
    await seam.before(carrying('catalog;error=unavailable', 'control'), at);
    await seam.before(carrying('playback;error=unavailable'), at);
    await seam.before(carrying('catalog.listTitles;error=unavailable'), at);
    await seam.before(carrying('catalog;error=nonsense'), at);
    assert.deepEqual(slept, []);
  });

  it('reads what it is given exactly', () => {
    const none = [
      '',
      'catalog',
      'catalog;',
      'catalog;delay=',
      'catalog;delay=31s',
      'catalog;delay=-1s',
      'Catalog;delay=1s',
    ];
    for (const text of none) assert.equal(parseRequestFault(text), undefined, text);
  });
});
