import type { Bench } from './bench.ts';
import { applyToEffectMs } from './cluster/applied.ts';
import { session, verdict } from './cluster/session.ts';

const COUNT = 30;

/** How long the tool itself takes: from the API request that applies an Experiment to the first effect measured. */
export const bench: Bench = {
  title: 'From apply to effect',
  method: `An Experiment without viewers (\`test/bench/cluster/latency.yaml\`) is applied ${COUNT} times, one after another; from the request until its effect, 100 ms more for a caller, was measured at the target. The effect's own 100 ms are in the figure.`,
  async run({ progress }) {
    await using started = await session();
    await verdict(started.running);
    const samples: number[] = [];
    for (let n = 0; n < COUNT; n++) {
      samples.push(await applyToEffectMs(started.http, 'latency.yaml'));
      if (n % 10 === 9) progress(`${n + 1} of ${COUNT}`);
    }
    return [
      { what: 'apply → effect measured', unit: 'ms', samples, goal: { atMost: 250, quantile: 0.95 } },
      { what: 'the same, p99', unit: 'ms', samples, goal: { atMost: 250, quantile: 0.99 } },
    ];
  },
};
