import { z } from 'zod';
import { ratioField } from '../engine/fields.ts';
import type { Probe } from './probe.ts';

interface ViewerErrors {
  readonly max: number;
}

/** Failed requests of all requests that viewers made, of every kind. */
const viewerErrors: Probe<ViewerErrors> = {
  summary: 'Ratio of failed requests among all requests of viewers',
  schema: z.strictObject({ max: ratioField('Highest ratio of failed requests') }),
  needs: 'buckets',
  instant: true,
  unit: 'ratio',
  limit: ({ max }) => ({ value: max, sense: 'max' }),
  measure({ max }, { window }) {
    let ok = 0;
    let failed = 0;
    for (const { requests } of window) {
      for (const counts of Object.values(requests)) {
        ok += counts.ok;
        failed += counts.failed;
      }
    }
    const samples = ok + failed;
    // With fewer than 1/max requests a single failure already exceeds the limit and none proves nothing.
    const needed = Math.max(30, max === 0 ? 0 : Math.ceil(1 / max));
    return samples === 0
      ? { samples, needed, missing: 'no viewer made a request' }
      : { value: failed / samples, samples, needed, atLeast: failed / Math.max(samples, needed) };
  },
};

export default viewerErrors;
