/** An Experiment that is applied by the API alone, without the command: what the tool itself takes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { KubeHttp } from '#base/kube/http.ts';
import { listWatch } from '#base/kube/list-watch.ts';
import type { Experiment } from '#chaos/engine/experiment.ts';
import type { ExperimentStatus } from '#chaos/engine/journal.ts';

const PATH = '/apis/faultflix.dev/v1alpha1/namespaces/chaos/experiments';
type Applied = Experiment & {
  metadata: { name: string; uid: string; resourceVersion: string };
  status?: ExperimentStatus;
};

/** From the request that applies `cluster/<file>` until its first effect was measured, ms. The Experiment is then gone. */
export async function applyToEffectMs(http: KubeHttp, file: string): Promise<number> {
  const body = parse(readFileSync(join(import.meta.dirname, file), 'utf8')) as object;
  const appliedAtMs = Date.now();
  const { metadata } = await http.json<Applied>({ method: 'POST', path: PATH, body });
  const status = await complete(http, metadata.name);
  const effect = status.effects.find(({ potent }) => potent);
  if (!effect) throw new Error(`no effect in ${metadata.name}: ${JSON.stringify(status.verdict)}`);
  await http.json({ method: 'DELETE', path: `${PATH}/${metadata.name}` });
  return effect.atMs - appliedAtMs;
}

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
