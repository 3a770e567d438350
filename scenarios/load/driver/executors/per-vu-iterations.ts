import { z } from 'zod';
import { defineExecutor, open } from '../executor.ts';
import { count, duration } from '../option-types.ts';

const schema = z.strictObject({
  vus: count.default(1),
  iterations: count.default(1),
  maxDuration: duration.default(600_000),
});

/** Each user makes the same number of iterations. */
export default defineExecutor<z.infer<typeof schema>>({
  schema,
  maxVus: ({ vus }) => vus,
  durationMs: ({ maxDuration }) => maxDuration,
  async run({ iterations, maxDuration }, context) {
    const untilMs = context.startedAtMs + maxDuration;
    const loops = context.vus.map(async (vu) => {
      for (let done = 0; done < iterations && open(context, untilMs); done++) await vu.iterate(context.signal);
    });
    await Promise.all(loops);
  },
});
