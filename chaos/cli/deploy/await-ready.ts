/** Waits by watch until every workload of ours is ready; says which pods are not, and why, when that takes too long. */
import { type Clock, systemClock } from '#base/clock.ts';
import { FaultflixError } from '#base/errors.ts';
import type { KubeHttp } from '#base/kube/http.ts';
import { type KubeObject, listWatch } from '#base/kube/list-watch.ts';
import { labels } from '#base/names.ts';
import { imagesTodo } from '../preflight/images.ts';
import { lackingImages } from './lacking-images.ts';
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

const LOOK_FOR_IMAGES_MS = 5_000;

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
  // No watch of all pods for this: it would be most of the API's work while they start.
  const lacking = (async () => {
    for (;;) {
      await clock.sleep(LOOK_FOR_IMAGES_MS, either);
      const images = await lackingImages(http).catch(() => []); // what is wrong with the API, the watches tell
      if (images.length > 0) return images;
    }
  })().catch((): string[] => []);
  const finished = Promise.all(watches);
  await Promise.race([timeout, finished, lacking]);
  over.abort();
  await finished;
  if (ready) return;
  const images = await lacking;
  if (images.length > 0) {
    throw new FaultflixError('could-not-run', 'nodes do not have our images', {
      expected: 'each image on each node, or a registry that has it',
      received: images.join('\n'),
      todo: imagesTodo,
    });
  }
  if (signal.aborted) throw new FaultflixError('cancelled', 'stopped while the platform was starting');
  const why = await whyNotReady(http, {
    waitingFor: progressOf([...workloads.values()]).waitingFor,
    missing: missing().map(({ kind, key }) => `${kind} ${key}`),
  });
  throw new FaultflixError('could-not-run', `the platform was not ready within ${Math.round(timeoutMs / 1_000)} s`, {
    expected: `all ${wanted.length} workloads ready`,
    received: why,
    todo: /ErrImage|ImagePull/.test(why)
      ? imagesTodo
      : 'mend what the pods say; `faultflix kubectl get pods -A` and `faultflix kubectl logs` show more while the cluster is up',
  });
}
