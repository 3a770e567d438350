import { z } from 'zod';
import { ratioField } from '../engine/fields.ts';
import type { Probe } from './probe.ts';

interface RebufferRatio {
  readonly max: number;
}

/** A viewer-minute of watching is the least from which a ratio of stalls is read. */
const NEEDED_MS = 60_000;

/** Time stalled of all time that viewers wanted to play (playing + stalled): CTA-2066's rebuffering ratio. */
const rebufferRatio: Probe<RebufferRatio> = {
  summary: 'Time stalled as a ratio of all time that viewers were playing or stalled',
  schema: z.strictObject({ max: ratioField('Highest ratio of stalled time') }),
  needs: 'buckets',
  instant: true,
  unit: 'ratio',
  limit: ({ max }) => ({ value: max, sense: 'max' }),
  measure(_expectation, { window }) {
    let playingMs = 0;
    let rebufferMs = 0;
    for (const bucket of window) {
      playingMs += bucket.playingMs;
      rebufferMs += bucket.rebufferMs;
    }
    const samples = Math.round(playingMs + rebufferMs);
    return samples === 0
      ? { samples, needed: NEEDED_MS, missing: 'nobody was playing' }
      : {
          value: rebufferMs / (playingMs + rebufferMs),
          samples,
          needed: NEEDED_MS,
          atLeast: rebufferMs / Math.max(samples, NEEDED_MS),
        };
  },
};

export default rebufferRatio;
