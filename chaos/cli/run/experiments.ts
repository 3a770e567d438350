/** Experiments on a cluster: create under a fresh name, list, ask for an early end. */
import { FaultflixError } from '#base/errors.ts';
import { type KubeHttp, KubeStatusError } from '#base/kube/http.ts';
import { API_GROUP, API_VERSION, CHAOS_NAMESPACE } from '#base/names.ts';
import type { Experiment } from '../../engine/experiment.ts';

export const experimentsPath = `/apis/${API_GROUP}/${API_VERSION}/namespaces/${CHAOS_NAMESPACE}/experiments`;

const ATTEMPTS = 100;

/** `first-light`, then `first-light-2`, `first-light-3`, … */
export const nameOfAttempt = (name: string, attempt: number): string => (attempt === 1 ? name : `${name}-${attempt}`);

/** Creates it under the first name that is free, so that every run keeps its own journal. */
export async function createExperiment(http: KubeHttp, experiment: Experiment): Promise<Experiment> {
  const { name } = experiment.metadata;
  const taken = new Set((await listExperiments(http)).map(({ metadata }) => metadata.name));
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const fresh = nameOfAttempt(name, attempt);
    if (taken.has(fresh)) continue;
    const body = { ...experiment, metadata: { ...experiment.metadata, name: fresh } };
    try {
      return await http.json<Experiment>({
        method: 'POST',
        path: experimentsPath,
        query: { fieldManager: 'faultflix' },
        body,
      });
    } catch (thrown) {
      // Someone else took the name in between.
      if (!(thrown instanceof KubeStatusError && thrown.status === 409)) throw thrown;
    }
  }
  throw new FaultflixError('conflict', `${ATTEMPTS} runs of ${name} are on the cluster`, {
    where: `Experiment ${CHAOS_NAMESPACE}/${name}`,
    todo: `delete old ones: faultflix kubectl -n ${CHAOS_NAMESPACE} delete experiment ${name}-2 …`,
  });
}

export async function listExperiments(http: KubeHttp): Promise<readonly Experiment[]> {
  return (await http.json<{ items: Experiment[] }>({ path: experimentsPath })).items;
}

export const readExperimentObject = (http: KubeHttp, name: string): Promise<Experiment> =>
  http.json<Experiment>({ path: `${experimentsPath}/${name}` });
