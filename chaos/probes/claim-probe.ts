import { z } from 'zod';
import type { Probe } from './probe.ts';

interface Claim {
  readonly max: number;
}

/** A probe of one of the auditor's claims: how many things are wrong. What the auditor cannot say is missing, never 0. */
export function claimProbe(name: string, { summary, unit }: { summary: string; unit: string }): Probe<Claim> {
  return {
    summary,
    schema: z.strictObject({
      max: z.int().min(0).max(1_000_000).default(0).meta({ description: 'Most things that may be wrong' }),
    }) as unknown as z.ZodType<Claim>,
    needs: 'claims',
    instant: false,
    unit,
    limit: ({ max }) => ({ value: max, sense: 'max' }),
    measure(_expectation, { claims }) {
      const claim = claims?.[name];
      if (!claim) return { samples: 0, needed: 1, missing: 'the auditor did not run' };
      if (claim.verdict === 'no-data') return { samples: claim.acknowledged, needed: 1, missing: claim.why };
      return { value: claim.lost, samples: claim.acknowledged, needed: 1, atLeast: claim.lost };
    },
  };
}
