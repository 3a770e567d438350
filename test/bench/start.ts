import { scenario } from '../e2e/support/cli.ts';
import type { Bench, Row } from './bench.ts';
import { session, verdict } from './cluster/session.ts';

/** The whole of `npm start` from a warm cache, by the events it prints with `--json`. */
export const bench: Bench = {
  title: 'Start, warm cache',
  method:
    'From the command until the API server is ready, until every pod of the platform is ready, and until the first ' +
    'verdict (25 viewers, 10 s of baseline, two faults: `test/e2e/scenarios/short.yaml`). Each run starts from nothing but the tools.',
  async run({ runs, progress }) {
    const api: number[] = [];
    const platform: number[] = [];
    const first: number[] = [];
    for (let run = 0; run < runs; run++) {
      await using started = await session(scenario('short'));
      const { running, startedAtMs } = started;
      platform.push((Date.now() - startedAtMs) / 1_000);
      const control = await running.event(
        ({ type, stage, state }) => type === 'stage' && stage === 'control-plane' && state === 'done',
      );
      api.push((control.ms as number) / 1_000);
      const { outcome } = await verdict(running);
      first.push((Date.now() - startedAtMs) / 1_000);
      progress(`${run + 1} of ${runs}: platform ready after ${platform.at(-1)?.toFixed(1)} s, verdict ${outcome}`);
    }
    const row = (what: string, samples: number[]): Row => ({ what, unit: 's', samples });
    return [
      row('control plane ready', api),
      { ...row('platform ready', platform), goal: { atMost: 60 } },
      row('first verdict', first),
    ];
  },
};
