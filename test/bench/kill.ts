import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExperimentStatus } from '#chaos/engine/journal.ts';
import type { Bench } from './bench.ts';
import { session, verdict } from './cluster/session.ts';

interface SavedRun {
  readonly experiment: { readonly status: ExperimentStatus };
  readonly load: { readonly buckets: readonly { requests: Record<string, { ok: number; failed: number }> }[] };
}

export const bench: Bench = {
  title: 'A killed pod',
  method:
    'Six pods die with no grace, one after another, while 50 viewers stream (`test/bench/cluster/kills.yaml`): from the kill until the ' +
    'service has as many ready pods as before, and how many requests failed for a viewer through the whole run.',
  async run({ progress }) {
    await using started = await session(join(import.meta.dirname, 'cluster', 'kills.yaml'));
    const { report, outcome } = await verdict(started.running);
    progress(`verdict: ${outcome}`);
    const saved = JSON.parse(readFileSync(join(report as string, 'report.json'), 'utf8')) as SavedRun;
    const { marks } = saved.experiment.status;
    const ready = marks.flatMap(({ injectedMs, readyAgainMs }) =>
      injectedMs && readyAgainMs ? [(readyAgainMs - injectedMs) / 1_000] : [],
    );
    if (ready.length < 6) throw new Error(`only ${ready.length} of ${marks.length} kills were seen to heal`);
    const counts = saved.load.buckets.flatMap(({ requests }) => Object.values(requests));
    const failed = counts.reduce((sum, count) => sum + count.failed, 0);
    const all = counts.reduce((sum, count) => sum + count.failed + count.ok, 0);
    return [
      { what: 'killed → ready again', unit: 's', samples: ready },
      { what: `viewers' requests that failed, of ${all}`, unit: 'requests', samples: [failed], goal: { atMost: 0 } },
    ];
  },
};
