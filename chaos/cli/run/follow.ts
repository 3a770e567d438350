/** Follows one Experiment by watch until its journal is complete. */
import type { Clock } from '#base/clock.ts';
import { FaultflixError } from '#base/errors.ts';
import type { KubeHttp } from '#base/kube/http.ts';
import { type KubeObject, listWatch } from '#base/kube/list-watch.ts';
import type { Experiment } from '../../engine/experiment.ts';
import { experimentsPath } from './experiments.ts';

export interface FollowOptions {
  readonly http: KubeHttp;
  readonly clock: Clock;
  readonly name: string;
  /** Every state that was seen, in order. */
  readonly onChange: (experiment: Experiment) => void;
  /** Ends the following; resolves then with what was last seen. */
  readonly signal: AbortSignal;
}

/** Resolves with the last state seen: complete, unless the signal aborted. Rejects when the Experiment was deleted. */
export async function followExperiment(options: FollowOptions): Promise<Experiment | undefined> {
  const { http, clock, name, onChange, signal } = options;
  const over = new AbortController();
  let last: Experiment | undefined;
  let deleted = false;
  const see = (experiment: Experiment) => {
    last = experiment;
    onChange(experiment);
    if (experiment.status?.phase === 'Complete') over.abort();
  };
  await listWatch<Experiment & KubeObject>({
    http,
    clock,
    path: experimentsPath,
    query: { fieldSelector: `metadata.name=${name}` },
    signal: AbortSignal.any([signal, over.signal]),
    onList(items) {
      for (const item of items) see(item);
      deleted = items.length === 0;
      if (deleted) over.abort();
    },
    onEvent(type, item) {
      deleted = type === 'DELETED';
      if (deleted) over.abort();
      else see(item);
    },
  });
  if (!deleted) return last;
  throw new FaultflixError('aborted', 'the Experiment was deleted while it ran', {
    where: `${experimentsPath}/${name}`,
    todo: '`faultflix heal` removes what its faults may have left',
  });
}
