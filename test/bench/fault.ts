import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { KubeHttp } from '#base/kube/http.ts';
import { listWatch } from '#base/kube/list-watch.ts';
import type { Experiment } from '#chaos/engine/experiment.ts';
import type { ExperimentStatus } from '#chaos/engine/journal.ts';
import type { Bench } from './bench.ts';
import { session, verdict } from './cluster/session.ts';

const PATH = '/apis/faultflix.dev/v1alpha1/namespaces/chaos/experiments';
const COUNT = 30;
type Applied = Experiment & {
  metadata: { name: string; uid: string; resourceVersion: string };
  status?: ExperimentStatus;
};

async function complete(http: KubeHttp, name: string): Promise<ExperimentStatus> {
  const enough = new AbortController();
  let status: ExperimentStatus | undefined;
  const look = (object: Applied) => {
    if (object.status?.phase !== 'Complete') return;
    status = object.status;
    enough.abort();
  };
  const signal = AbortSignal.any([enough.signal, AbortSignal.timeout(60_000)]);
  await listWatch<Applied>({
    http,
    path: PATH,
    query: { fieldSelector: `metadata.name=${name}` },
    signal,
    onList: (items) => items.forEach(look),
    onEvent: (_type, object) => look(object),
  });
  if (!status) throw new Error(`experiment ${name} was not complete within a minute`);
  return status;
}

/** How long the tool itself takes: from the API request that applies an Experiment to the first effect measured. */
export const bench: Bench = {
  title: 'From apply to effect',
  method: `An Experiment without viewers (\`test/bench/cluster/latency.yaml\`) is applied ${COUNT} times, one after another; from the request until its effect, 100 ms more for a caller, was measured at the target. The effect's own 100 ms are in the figure.`,
  async run({ progress }) {
    await using started = await session();
    await verdict(started.running);
    const body = parse(readFileSync(join(import.meta.dirname, 'cluster', 'latency.yaml'), 'utf8')) as object;
    const samples: number[] = [];
    for (let n = 0; n < COUNT; n++) {
      const appliedAtMs = Date.now();
      const { metadata } = await started.http.json<Applied>({ method: 'POST', path: PATH, body });
      const status = await complete(started.http, metadata.name);
      const effect = status.effects.find(({ potent }) => potent);
      if (!effect) throw new Error(`no effect in ${metadata.name}: ${JSON.stringify(status.verdict)}`);
      samples.push(effect.atMs - appliedAtMs);
      await started.http.json({ method: 'DELETE', path: `${PATH}/${metadata.name}` });
      if (n % 10 === 9) progress(`${n + 1} of ${COUNT}`);
    }
    return [
      { what: 'apply → effect measured', unit: 'ms', samples, goal: { atMost: 250, quantile: 0.95 } },
      { what: 'the same, p99', unit: 'ms', samples, goal: { atMost: 250, quantile: 0.99 } },
    ];
  },
};
