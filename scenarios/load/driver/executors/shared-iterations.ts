import { z } from 'zod';
import { defineExecutor, open } from '../executor.ts';
import { count, duration } from '../option-types.ts';

const schema = z
  .strictObject({ vus: count.default(1), iterations: count.default(1), maxDuration: duration.default(600_000) })
  .refine(({ vus, iterations }) => iterations >= vus, {
    message: 'at least as many iterations as vus',
    path: ['iterations'],
  });

/** A number of iterations that all users share: whoever is free takes the next. */
export default defineExecutor<z.infer<typeof schema>>({
  schema,
  maxVus: ({ vus }) => vus,
  durationMs: ({ maxDuration }) => maxDuration,
  async run({ iterations, maxDuration }, context) {
    const untilMs = context.startedAtMs + maxDuration;
    let left = iterations;
    const loops = context.vus.map(async (vu) => {
      while (left > 0 && open(context, untilMs)) {
        left--;
        await vu.iterate(context.signal);
      }
    });
    await Promise.all(loops);
  },
});
