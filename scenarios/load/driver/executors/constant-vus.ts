import { z } from 'zod';
import { defineExecutor, open } from '../executor.ts';
import { count, duration } from '../option-types.ts';

const schema = z.strictObject({ vus: count.default(1), duration });

/** A fixed number of users, each iterating as often as it can. */
export default defineExecutor<z.infer<typeof schema>>({
  schema,
  maxVus: ({ vus }) => vus,
  durationMs: (config) => config.duration,
  async run(config, context) {
    const untilMs = context.startedAtMs + config.duration;
    const loops = context.vus.map(async (vu) => {
      while (open(context, untilMs)) await vu.iterate(context.signal);
    });
    await Promise.all(loops);
  },
});
