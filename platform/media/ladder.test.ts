import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ladder, rungsFor } from './ladder.ts';

const heights = (rungs: readonly { heightPx: number }[]) => rungs.map(({ heightPx }) => heightPx);

describe('rungsFor', () => {
  it('does not go above the source, and has at least one rung', () => {
    assert.deepEqual(heights(rungsFor({ sourceHeightPx: 720 })), [240, 360, 480, 720]);
    assert.deepEqual(heights(rungsFor({ sourceHeightPx: 2160 })), [240, 360, 480, 720, 1080]);
    assert.deepEqual(heights(rungsFor({ sourceHeightPx: 100 })), [240]);
  });

  it('goes above it when told', () => {
    assert.deepEqual(heights(rungsFor({ sourceHeightPx: 100, upscale: true })), heights(ladder));
  });

  it('scales bit rates, but not to nothing', () => {
    const rates = rungsFor({ sourceHeightPx: 1080, rate: 0.1 }).map(({ maxKbps }) => maxKbps);
    assert.deepEqual(rates, [40, 70, 140, 350, 650]);
  });
});
