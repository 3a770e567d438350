import { z } from 'zod';
import { mergeHistograms, quantileOf, sizeOf } from '../engine/histogram.ts';
import type { Probe } from './probe.ts';

interface StartupDelay {
  readonly quantile: number;
  readonly maxMs: number;
}

/** From pressing play to the first frame. Starts that failed have no delay: `stream-starts` and `viewer-errors` see them. */
const startupDelay: Probe<StartupDelay> = {
  summary: 'A quantile of the delay from pressing play to the first frame',
  schema: z.strictObject({
    quantile: z.number().gt(0).lt(1).meta({ description: 'Which quantile, such as 0.95' }),
    maxMs: z.number().positive().max(600_000).meta({ description: 'Highest delay in milliseconds' }),
  }),
  needs: 'buckets',
  instant: true,
  unit: 'ms',
  limit: ({ maxMs }) => ({ value: maxMs, sense: 'max' }),
  measure({ quantile }, { window }) {
    const histogram = mergeHistograms(window.map((bucket) => bucket.startupDelayMs));
    const samples = sizeOf(histogram);
    // With fewer than 1/(1 − q) samples the quantile is the maximum.
    const needed = Math.ceil(1 / (1 - quantile) - 1e-9);
    const value = quantileOf(histogram, quantile);
    return value === undefined
      ? { samples, needed, missing: 'no stream started' }
      : { value, samples, needed, atLeast: quantileOf([...histogram, [0, Math.max(0, needed - samples)]], quantile)! };
  },
};

export default startupDelay;
