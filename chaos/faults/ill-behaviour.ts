import { z } from 'zod';
import { durationMs } from '#base/duration.ts';
import { durationField } from '../engine/fields.ts';
import type { Illness } from '../world/world.ts';
import type { FaultKind, Target } from './kind.ts';

interface Spec {
  readonly mode: Illness['mode'];
  readonly delay: string;
}

type Mark = {
  readonly target: { readonly [field in keyof Target]: string };
  readonly mode: Illness['mode'];
  readonly delayMs: number;
};

/**
 * An outside company that is unwell, by its own API (docs/architecture.md, "The card network"). It gets well by itself at the
 * fault's expiry, which it is told with the illness.
 */
const illBehaviour: FaultKind<Spec, Mark> = {
  summary: 'Makes the card network ill by its own API: slow, down, or charging without an answer',
  schema: z.strictObject({
    mode: z.enum(['slow', 'down', 'charges-then-times-out']).meta({ description: 'How it is ill' }),
    delay: durationField('How long an answer takes, or who asked is kept waiting').default('5s'),
  }) as unknown as z.ZodType<Spec>,
  fits: () => true,
  plan: ({ mode, delay }, { namespace, name, uid, service, region, node, ip }) => ({
    target: { namespace, name, uid, service, region, node, ip },
    mode,
    delayMs: durationMs(delay, 'delay'),
  }),
  async inject({ target, mode, delayMs }, { companies, lease, clock }) {
    await companies.behave(target, { mode, delayMs, forMs: Math.max(1, lease.expiresAtMs - clock.now()) });
  },
  /** A card that is always declined is charged: what came back, and whether it was done all the same. */
  async effect({ target, mode, delayMs }, { companies, lease, clock }) {
    const reference = `potency.${lease.run}.${lease.step}.${clock.now()}`;
    const { answer, tookMs, made } = await companies.tryCharge(target, reference, LOOK_MS);
    const figures = { tookMs: Math.round(tookMs), made: made ? 1 : 0 };
    const summary = `a charge was ${answer === 'none' ? 'not answered' : `answered ${answer}`} in ${figures.tookMs} ms, and ${made ? 'made' : 'not made'}`;
    const potent = {
      down: answer === '503' && !made,
      slow: tookMs >= Math.min(LOOK_MS, 0.95 * delayMs),
      'charges-then-times-out': answer === 'none' && made,
    }[mode];
    return { potent, summary, figures };
  },
  async recover({ target }, { companies }) {
    await companies.behave(target, { mode: 'well', delayMs: 0 });
  },
};

/** A charge that is answered at all is answered in milliseconds. */
const LOOK_MS = 1_500;

export default illBehaviour;
