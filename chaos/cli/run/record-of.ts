/** Everything about a run that a reader of its report may ask for. */
import { readFile } from 'node:fs/promises';
import { arch, cpus, platform, release, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '#base/clock.ts';
import { messageOf } from '#base/errors.ts';
import type { Experiment } from '../../engine/experiment.ts';
import type { ExperimentStatus } from '../../engine/journal.ts';
import { type LoadRecord, RECORD_FORMAT, type RunRecord } from '../../report/record.ts';
import { type Cluster, versionOf } from '../cluster/connect.ts';
import { repository } from '../repository.ts';

export interface RecordOptions {
  readonly cluster: Cluster;
  readonly experiment: Experiment;
  readonly load: LoadRecord;
  readonly repeat: string;
  readonly clock: Clock;
}

export async function recordOf({ cluster, experiment, load, repeat, clock }: RecordOptions): Promise<RunRecord> {
  const kubernetes = await versionOf(cluster).catch((thrown: unknown) => `unknown: ${messageOf(thrown)}`);
  const { version } = JSON.parse(await readFile(join(repository, 'package.json'), 'utf8')) as { version: string };
  const processors = cpus();
  const nodes = await nodesOf(cluster).catch((thrown: unknown) => ({ nodes: `unknown: ${messageOf(thrown)}` }));
  return {
    format: RECORD_FORMAT,
    experiment: {
      ...experiment,
      // Who owns which field says nothing about the run, and is most of the object.
      metadata: { ...experiment.metadata, managedFields: undefined } as typeof experiment.metadata,
      status: experiment.status ?? notTaken(experiment),
    },
    load,
    versions: { faultflix: version, node: process.version, kubernetes },
    machine: {
      platform: `${platform()} ${release()} ${arch()}`,
      processor: processors[0]?.model.trim() ?? 'unknown',
      processors: processors.length,
      memoryGiB: Number((totalmem() / 2 ** 30).toFixed(1)),
      ...nodes,
    },
    repeat,
    writtenAt: new Date(clock.now()).toISOString(),
  };
}

interface NodeList {
  readonly items: ReadonlyArray<{
    readonly status?: {
      readonly nodeInfo?: { readonly kubeletVersion: string; readonly containerRuntimeVersion: string };
    };
  }>;
}

/** On a cluster elsewhere the machine above only drove the run: what it ran on is said by the nodes. */
async function nodesOf({ http }: Cluster): Promise<Readonly<Record<string, string | number>>> {
  const { items } = await http.json<NodeList>({ path: '/api/v1/nodes' });
  const all = (pick: (node: NodeList['items'][number]) => string | undefined) =>
    [...new Set(items.map((node) => pick(node) ?? 'unknown'))].join(', ');
  return {
    nodes: items.length,
    kubelet: all(({ status }) => status?.nodeInfo?.kubeletVersion),
    containerRuntime: all(({ status }) => status?.nodeInfo?.containerRuntimeVersion),
  };
}

/** An Experiment that no controller took has no journal: the record says so instead of looking like a run. */
function notTaken({ metadata, spec }: Experiment): ExperimentStatus {
  return {
    phase: 'Pending',
    run: metadata.uid?.slice(0, 8) ?? metadata.name,
    seed: spec.seed,
    phaseAtMs: {},
    conditions: [],
    targets: [],
    spared: [],
    marks: [],
    effects: [],
    events: [],
    residue: [],
  };
}
