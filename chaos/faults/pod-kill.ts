import { z } from 'zod';
import { durationMs } from '#base/duration.ts';
import { durationField } from '../engine/fields.ts';
import type { Ending, FaultKind, Instant } from './kind.ts';

interface Spec {
  readonly grace: string;
}

type Mark = {
  readonly pod: { readonly namespace: string; readonly name: string; readonly uid: string; readonly ip: string };
  readonly graceSeconds: number;
};

/** A killed process is gone long before this; what is not by then was not killed. */
const GONE_WITHIN_MS = 10_000;

/** Deletes a pod and so ends its process, as Chaos Monkey ends an instance. Its owner replaces it. */
const podKill: FaultKind<Spec, Mark> & Instant & Ending = {
  summary: 'Kills a pod; its owner replaces it',
  instant: true,
  endsPod: true,
  schema: z.strictObject({
    grace: durationField('Time the pod has to end by itself; 0s kills at once').default('0s'),
  }) as unknown as z.ZodType<Spec>,
  fits: () => true,
  plan: (spec, { namespace, name, uid, ip }) => ({
    pod: { namespace, name, uid, ip },
    graceSeconds: Math.ceil(durationMs(spec.grace, 'grace') / 1000),
  }),
  async inject({ pod, graceSeconds }, { pods, before }) {
    await pods.kill(pod, { graceSeconds, resourceVersion: before.resourceVersion });
  },
  async effect({ pod, graceSeconds }, world) {
    const startedMs = world.clock.now();
    const { before, pods, callers } = world;
    if (!before.exists || before.dying) {
      return { potent: false, summary: 'the pod was already dying before the kill', figures: {} };
    }
    const timeoutMs = GONE_WITHIN_MS + graceSeconds * 1000;
    const timed = async (what: Promise<boolean>) => ((await what) ? world.clock.now() - startedMs : undefined);
    const [goneMs, severedMs] = await Promise.all([
      timed(pods.gone(pod, timeoutMs)),
      timed(callers.severed(pod, timeoutMs)),
    ]);
    if (goneMs === undefined)
      return { potent: false, summary: `the pod still exists after ${timeoutMs} ms`, figures: {} };
    if (severedMs === undefined) {
      return {
        potent: false,
        summary: `the API knows the pod no more, but its process still answers after ${timeoutMs} ms`,
        figures: { goneMs },
      };
    }
    return {
      potent: true,
      summary: `uid gone from the API after ${goneMs} ms, its process after ${severedMs} ms`,
      figures: { goneMs, severedMs },
    };
  },
  // The owner's controller replaces the pod: there is nothing of ours to take back.
  async recover() {},
};

export default podKill;
