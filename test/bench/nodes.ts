import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { KubeHttp } from '#base/kube/http.ts';
import { kubeconfigConnection } from '#base/kube/kubeconfig.ts';
import type { RunRecord } from '#chaos/report/record.ts';
import { folder, root, run } from '../e2e/support/cli.ts';
import { startCluster } from '../runner/clusters.ts';
import { prerequisites } from '../runner/prerequisites.ts';
import type { Bench, BenchContext, Row } from './bench.ts';
import { median } from './bench.ts';
import { applyToEffectMs } from './cluster/applied.ts';
import { podTimes } from './cluster/pods.ts';
import { clusterMiB } from './cluster/pss.ts';

const PODS = 5;
const FAULTS = 5;
const figures = {
  clusterReadyS: ['cluster ready', 's'],
  podReadyS: ['pod ready: POST of a bound pod → ready', 's'],
  replacedS: ['replacement: pod killed → another ready', 's'],
  emptyMiB: ['memory without the platform', 'MiB PSS'],
  fullMiB: ['memory with the platform, after first light', 'MiB PSS'],
  startupP95Ms: ['first light: start-up delay, p95 under the faults', 'ms'],
  rebuffer: ['first light: rebuffer ratio under the faults', 'ratio'],
  errors: ['first light: viewer errors under the faults', 'ratio'],
  rtoS: ['first light: RTO', 's'],
  readyAgainS: ['first light: playback pod killed → as many ready as before', 's'],
  killMs: ['pod-kill: apply → effect', 'ms'],
  latencyMs: ['latency: apply → effect', 'ms'],
} as const;
type Figure = keyof typeof figures;
type Samples = Record<Figure, number[]>;
const names = Object.keys(figures) as readonly Figure[];
const none = (): Samples => Object.fromEntries(names.map((name) => [name, []])) as unknown as Samples;

const places = { ours: [], real: ['--nodes', 'containerd'] } as const;
type Place = keyof typeof places;

/** One cluster from nothing to nothing. */
async function once(place: Place, samples: Samples, { progress }: BenchContext): Promise<void> {
  const name = `bench-${place}`;
  const { signal } = new AbortController();
  const startedAtMs = Date.now();
  const up = await startCluster({ name, args: places[place], signal, say: progress });
  const http = new KubeHttp(await kubeconfigConnection(up.kubeconfig));
  try {
    samples.clusterReadyS.push((Date.now() - startedAtMs) / 1_000);
    samples.emptyMiB.push(clusterMiB(name));
    const { readyMs, replacedMs } = await podTimes(http, PODS);
    samples.podReadyS.push(...readyMs.map((ms) => ms / 1_000));
    samples.replacedS.push(...replacedMs.map((ms) => ms / 1_000));
    await firstLight(up.kubeconfig, samples);
    samples.fullMiB.push(clusterMiB(name));
    for (let n = 0; n < FAULTS; n++) samples.latencyMs.push(await applyToEffectMs(http, 'latency.yaml'));
    for (let n = 0; n < FAULTS; n++) samples.killMs.push(await applyToEffectMs(http, 'kill.yaml'));
  } finally {
    http.close();
    await up.down();
  }
}

async function firstLight(kubeconfig: string, samples: Samples): Promise<void> {
  await using cwd = await folder();
  const scenario = join(root, 'scenarios/first-light.yaml');
  const args = ['start', '--once', '--kubeconfig', kubeconfig, '--scenario', scenario];
  const { events, stderr } = await run(args, cwd.path);
  const report = events.find(({ type }) => type === 'verdict')?.report;
  if (typeof report !== 'string') throw new Error(`first light has no verdict:\n${stderr}`);
  const { experiment } = JSON.parse(readFileSync(join(report, 'report.json'), 'utf8')) as RunRecord;
  const { verdict, marks } = experiment.status;
  const measured = (measure: string): number => {
    const value = verdict!.expectations.find((each) => each.measure === measure && each.window === 'fault')?.value;
    if (value === undefined) throw new Error(`first light measured no ${measure}: ${verdict!.reasons.join('; ')}`);
    return value;
  };
  if (verdict!.outcome !== 'held') throw new Error(`first light ${verdict!.outcome}: ${verdict!.reasons.join('; ')}`);
  samples.startupP95Ms.push(measured('startup-delay'));
  samples.rebuffer.push(measured('rebuffer-ratio'));
  samples.errors.push(measured('viewer-errors'));
  samples.rtoS.push(verdict!.recoveryTimeMs! / 1_000);
  for (const { injectedMs, readyAgainMs, fault } of marks)
    if (fault === 'pod-kill') samples.readyAgainS.push((readyAgainMs! - injectedMs!) / 1_000);
}

/** Ours, the real one, and real ÷ ours of the medians. */
function rowsOf(name: Figure, ours: Samples, real: Samples): Row[] {
  const [what, unit] = figures[name];
  const middle = median(ours[name]);
  return [
    { what: `${what}, ours`, unit, samples: ours[name] },
    { what: `${what}, real`, unit, samples: real[name] },
    // Nothing divides by none: no errors on ours says enough beside those of the real one.
    ...(middle === 0 ? [] : [{ what: 'real ÷ ours', unit: 'ratio', samples: [median(real[name]) / middle] }]),
  ];
}

export const bench: Bench = {
  title: 'Nodes: ours and real ones',
  method:
    'The local cluster with its own kubelet and a cluster of real kubelets on containerd (six nodes each, the same ' +
    `control plane), in turn: from the command until the cluster is ready; ${PODS} pods of a shell, one after another; ` +
    `a Deployment’s only pod deleted without grace ${PODS} times; proportional set size of all its processes; ` +
    '`scenarios/first-light.yaml` with its 100 viewers; an Experiment without viewers for each fault kind, ' +
    `${FAULTS} times, from the request until its effect was measured (the measurement’s own time included). Ratios are of medians.`,
  unfit: prerequisites.realNodes,
  async run(context) {
    const samples = { ours: none(), real: none() };
    const rounds = Math.min(context.runs, 3);
    for (let n = 0; n < rounds; n++)
      for (const place of ['ours', 'real'] as const) {
        await once(place, samples[place], context);
        context.progress(`${n + 1} of ${rounds}, ${place}: first light held`);
      }
    return names.flatMap((name) => rowsOf(name, samples.ours, samples.real));
  },
};
