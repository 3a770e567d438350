import { z } from 'zod';
import { defineExecutor, sleepUntil, type Vu } from '../executor.ts';
import { count, duration } from '../option-types.ts';

const schema = z
  .strictObject({
    rate: count,
    timeUnit: duration.default(1_000),
    duration,
    preAllocatedVUs: count,
    maxVUs: count.optional(),
  })
  .refine(({ preAllocatedVUs, maxVUs }) => (maxVUs ?? preAllocatedVUs) >= preAllocatedVUs, {
    message: 'at least preAllocatedVUs',
    path: ['maxVUs'],
  })
  .refine(({ timeUnit }) => timeUnit > 0, { message: 'more than zero', path: ['timeUnit'] });

type Config = z.infer<typeof schema>;

/**
 * Iterations start at a fixed rate, whatever the answers do (an open model). One that finds no free user is dropped and
 * counted; one that starts late because the driver itself was late says so.
 */
export default defineExecutor<Config>({
  schema,
  maxVus: ({ preAllocatedVUs, maxVUs }) => maxVUs ?? preAllocatedVUs,
  durationMs: (config) => config.duration,
  async run(config, context) {
    const { startedAtMs, clock } = context;
    const everyMs = config.timeUnit / config.rate;
    const untilMs = startedAtMs + config.duration;
    const free: Vu[] = [...context.vus].reverse();
    const running = new Set<Promise<void>>();
    for (let n = 0; n * everyMs < config.duration; n++) {
      const dueMs = startedAtMs + n * everyMs;
      await sleepUntil(context, dueMs);
      if (context.ending.aborted || context.signal.aborted) break;
      context.late(clock.now() - dueMs);
      const vu = free.pop();
      if (!vu) {
        context.dropped();
        continue;
      }
      const iteration = vu.iterate(context.signal).then(() => {
        free.push(vu);
        running.delete(iteration);
      });
      running.add(iteration);
    }
    await sleepUntil(context, untilMs);
    await Promise.all(running);
  },
});
