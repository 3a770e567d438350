import { z } from 'zod';
import type { Probe } from './probe.ts';

interface AcknowledgedPlays {
  readonly max: number;
}

/** Plays that a viewer was told had started, of which the platform later knew nothing: judged by the auditor. */
const acknowledgedPlays: Probe<AcknowledgedPlays> = {
  summary: 'Acknowledged plays that were lost, as found by the auditor',
  schema: z.strictObject({ max: z.int().min(0).max(1_000_000).meta({ description: 'Most plays that may be lost' }) }),
  needs: 'audit',
  instant: false,
  unit: 'plays',
  limit: ({ max }) => ({ value: max, sense: 'max' }),
  measure(_expectation, { audit }) {
    if (!audit) return { samples: 0, needed: 1, missing: 'the auditor did not run' };
    if (audit.verdict === 'no-data') return { samples: audit.acknowledged, needed: 1, missing: audit.why };
    return { value: audit.lost, samples: audit.acknowledged, needed: 1, atLeast: audit.lost };
  },
};

export default acknowledgedPlays;
