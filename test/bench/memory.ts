import { readdirSync, readFileSync } from 'node:fs';
import type { Bench, Row } from './bench.ts';
import { pssMiB } from './cluster/pss.ts';
import { session, verdict } from './cluster/session.ts';

/** What a process of the cluster is for: the part of the whole that it counts to. */
function partOf(commandLine: string): string {
  const service = /platform\/services\/([a-z]+)\/main/.exec(commandLine)?.[1];
  if (service) return `platform: ${service}`;
  if (commandLine.includes('toxiproxy-server')) return 'platform: Toxiproxy';
  if (commandLine.includes('chaos/controller')) return 'chaos: controller';
  if (commandLine.includes('chaos/warden')) return 'chaos: warden';
  if (commandLine.includes('k8s/local/kubelet')) return 'kubelet';
  if (/\/(etcd|kube-[a-z-]+)\s/.test(commandLine)) return 'control plane';
  return 'the rest (supervisor, wrappers)';
}

function measure(stateDir: string): Map<string, number> {
  const parts = new Map<string, number>();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    let environment: string;
    let commandLine: string;
    try {
      environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
      commandLine = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    } catch {
      continue;
    }
    if (!environment.includes(stateDir) && !commandLine.includes(stateDir)) continue;
    const size = pssMiB(pid);
    if (size !== undefined) parts.set(partOf(commandLine), (parts.get(partOf(commandLine)) ?? 0) + size);
  }
  return parts;
}

export const bench: Bench = {
  title: 'Memory',
  method:
    'Proportional set size (`/proc/<pid>/smaps_rollup`) of every process of the cluster after a run with ten viewers; all pods of a kind together.',
  async run({ runs, progress }) {
    await using started = await session();
    await verdict(started.running);
    const parts = new Map<string, number[]>();
    const whole: number[] = [];
    for (let run = 0; run < runs; run++) {
      const now = measure(started.stateDir);
      for (const [part, size] of now) parts.set(part, [...(parts.get(part) ?? []), size]);
      whole.push([...now.values()].reduce((sum, size) => sum + size, 0));
      progress(`${run + 1} of ${runs}: ${whole.at(-1)?.toFixed(0)} MiB`);
    }
    const rows: Row[] = [...parts].sort().map(([what, samples]) => ({ what, unit: 'MiB', samples }));
    return [...rows, { what: 'whole', unit: 'MiB', samples: whole, goal: { atMost: 2048 } }];
  },
};
