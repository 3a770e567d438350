import type { Bench, Row } from './bench.ts';
import { byPart, processesOf } from './cluster/parts.ts';
import { pssMiB } from './cluster/pss.ts';
import { session, verdict } from './cluster/session.ts';

export const bench: Bench = {
  title: 'Memory',
  method:
    'Proportional set size (`/proc/<pid>/smaps_rollup`) of every process of the cluster after a run with ten viewers; all pods of a kind together.',
  async run({ runs, progress }) {
    await using started = await session();
    await verdict(started.running);
    const parts = new Map<string, number[]>();
    const ours: number[] = [];
    const whole: number[] = [];
    for (let run = 0; run < runs; run++) {
      const now = byPart(processesOf(started.stateDir), pssMiB);
      for (const [part, size] of now) parts.set(part, [...(parts.get(part) ?? []), size]);
      whole.push(total(now));
      ours.push(total(now, (part) => /^(platform|chaos):/.test(part)));
      progress(`${run + 1} of ${runs}: ${whole.at(-1)?.toFixed(0)} MiB`);
    }
    const rows: Row[] = [...parts].sort().map(([what, samples]) => ({ what, unit: 'MiB', samples }));
    return [
      ...rows,
      { what: 'platform in three regions, with the chaos', unit: 'MiB', samples: ours, goal: { atMost: GOAL_MIB } },
      { what: 'whole, Kubernetes with it', unit: 'MiB', samples: whole },
    ];
  },
};

/** 3 GB. */
const GOAL_MIB = 2_861;

const total = (parts: ReadonlyMap<string, number>, fits: (part: string) => boolean = () => true): number =>
  [...parts].reduce((sum, [part, size]) => sum + (fits(part) ? size : 0), 0);
