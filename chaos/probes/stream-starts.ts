import { z } from 'zod';
import { ratioField } from '../engine/fields.ts';
import type { Bucket } from '../engine/load-stream.ts';
import type { Probe } from './probe.ts';

interface StreamStarts {
  readonly min: number;
}

/** Starts in the baseline from which a rate is read: its relative error is then about 1/√20, 22 %. */
const NEEDED_STARTS = 20;

/** Stream starts a second (SPS), as a ratio of the baseline's. In the baseline itself it is 1 by definition. */
const streamStarts: Probe<StreamStarts> = {
  summary: 'Stream starts a second as a ratio of those in the baseline',
  schema: z.strictObject({ min: ratioField('Lowest ratio of the stream starts a second of the baseline') }),
  needs: 'buckets',
  instant: false,
  unit: 'ratio',
  limit: ({ min }) => ({ value: min, sense: 'min' }),
  measure(_expectation, { window, baseline }) {
    const before = rate(baseline);
    const now = rate(window);
    // A window without starts is a finding; a baseline without them is missing data.
    const samples = before.starts;
    if (before.spanMs === 0 || before.starts === 0) {
      return { samples, needed: NEEDED_STARTS, missing: 'no stream started in the baseline' };
    }
    if (now.spanMs === 0) return { samples, needed: NEEDED_STARTS, missing: 'no data in the window' };
    return {
      value: now.starts / now.spanMs / (before.starts / before.spanMs),
      samples,
      needed: NEEDED_STARTS,
    };
  },
};

function rate(buckets: readonly Bucket[]): { starts: number; spanMs: number } {
  let starts = 0;
  let spanMs = 0;
  for (const bucket of buckets) {
    starts += bucket.starts.ok;
    spanMs += bucket.spanMs;
  }
  return { starts, spanMs };
}

export default streamStarts;
