/** Waits by watch until every workload of ours is ready; says which pods are not, and why, when that takes too long. */
import { type Clock, systemClock } from '#base/clock.ts';
import { FaultflixError } from '#base/errors.ts';
import type { KubeHttp } from '#base/kube/http.ts';
import { type KubeObject, listWatch } from '#base/kube/list-watch.ts';
import { labels } from '#base/names.ts';
import { progressOf, type RolloutProgress, type Workload } from './rollout.ts';
import { whyNotReady } from './why-not-ready.ts';

export interface AwaitReadyOptions {
  readonly http: KubeHttp;
  /** `namespace/name` of each workload that was applied: none of them may be missing. */
  readonly wanted: ReadonlyArray<{ readonly kind: Workload['kind']; readonly key: string }>;
  readonly timeoutMs: number;
  readonly onProgress: (progress: RolloutProgress) => void;
  readonly signal: AbortSignal;
  readonly clock?: Clock;
}

const kinds = [
  ['Deployment', '/apis/apps/v1/deployments'],
  ['DaemonSet', '/apis/apps/v1/daemonsets'],
] as const;

/** Rejects with `could-not-run` after `timeoutMs`, with `cancelled` when the signal aborts. */
export async function awaitReady(options: AwaitReadyOptions): Promise<void> {
  const { http, wanted, timeoutMs, onProgress, signal, clock = systemClock } = options;
  const workloads = new Map<string, Workload>();
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  const missing = () => wanted.filter(({ kind, key }) => !workloads.has(`${kind} ${key}`));
  let ready = false;
  const look = () => {
    const progress = progressOf([...workloads.values()]);
    onProgress(progress);
    ready = progress.ready && missing().length === 0;
    if (ready) over.abort();
  };
  const watches = kinds.map(([kind, path]) => {
    const keep = (object: Workload) => {
      const key = `${kind} ${object.metadata.namespace}/${object.metadata.name}`;
      // Objects of a list have no kind of their own.
      if (wanted.some((each) => `${each.kind} ${each.key}` === key)) workloads.set(key, { ...object, kind });
    };
    return listWatch<Workload & KubeObject>({
      http,
      path,
      query: { labelSelector: `${labels.partOf}=faultflix` },
      signal: either,
      clock,
      onList(items) {
        for (const key of workloads.keys()) if (key.startsWith(`${kind} `)) workloads.delete(key);
        items.forEach(keep);
        look();
      },
      onEvent(type, object) {
        if (type === 'DELETED') workloads.delete(`${kind} ${object.metadata.namespace}/${object.metadata.name}`);
        else keep(object);
        look();
      },
    });
  });
  const timeout = clock.sleep(timeoutMs, either).catch(() => undefined);
  await Promise.race([timeout, Promise.all(watches)]);
  over.abort();
  await Promise.all(watches);
  if (ready) return;
  if (signal.aborted) throw new FaultflixError('cancelled', 'stopped while the platform was starting');
  throw new FaultflixError('could-not-run', `the platform was not ready within ${Math.round(timeoutMs / 1_000)} s`, {
    expected: `all ${wanted.length} workloads ready`,
    received: await whyNotReady(http, {
      waitingFor: progressOf([...workloads.values()]).waitingFor,
      missing: missing().map(({ kind, key }) => `${kind} ${key}`),
    }),
    todo: 'mend what the pods say; `faultflix kubectl get pods -A` and `faultflix kubectl logs` show more while the cluster is up',
  });
}
