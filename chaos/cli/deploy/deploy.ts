/** Puts the platform and the chaos controller on a cluster and waits until they are ready. Safe to repeat. */
import type { Clock } from '#base/clock.ts';
import { FaultflixError } from '#base/errors.ts';
import { type KubeHttp, KubeStatusError } from '#base/kube/http.ts';
import { labels } from '#base/names.ts';
import { applyAll } from './apply.ts';
import { awaitReady } from './await-ready.ts';
import { awaitEstablished } from './established.ts';
import type { Manifest } from './manifest.ts';
import { wavesOf } from './order.ts';
import { Resources } from './resources.ts';
import type { RolloutProgress, Workload } from './rollout.ts';
import { secretManifests } from './secrets.ts';

export interface DeployOptions {
  readonly http: KubeHttp;
  readonly clock: Clock;
  readonly manifests: readonly Manifest[];
  readonly readyTimeoutMs: number;
  readonly signal: AbortSignal;
  readonly onApplied: (done: number, total: number) => void;
  readonly onProgress: (progress: RolloutProgress) => void;
}

export async function deploy(options: DeployOptions): Promise<void> {
  const { http, clock, manifests, signal, onApplied, onProgress, readyTimeoutMs } = options;
  const { namespaces, definitions, rest } = wavesOf(manifests);
  await refuseForeignNamespaces(http, namespaces);
  const resources = new Resources(http);
  const applied = { http, resources, onApplied: counter(manifests.length, onApplied) };
  await applyAll(namespaces, applied);
  await applyAll(definitions, applied);
  await applyAll(await secretManifests(http, clock), { http, resources });
  await awaitEstablished(http, definitions, signal);
  if (signal.aborted) throw new FaultflixError('cancelled', 'stopped while the platform was being deployed');
  await applyAll(rest, applied);
  const wanted = rest.filter(isWorkload).map(({ kind, metadata }) => ({
    kind: kind as Workload['kind'],
    key: `${metadata.namespace}/${metadata.name}`,
  }));
  await awaitReady({ http, wanted, timeoutMs: readyTimeoutMs, onProgress, signal, clock });
}

const isWorkload = ({ kind }: Manifest): boolean => kind === 'Deployment' || kind === 'DaemonSet';

function counter(total: number, report: (done: number, total: number) => void): () => void {
  let done = 0;
  return () => report(++done, total);
}

/** A namespace of our names that someone else made is never touched. */
async function refuseForeignNamespaces(http: KubeHttp, namespaces: readonly Manifest[]): Promise<void> {
  for (const { metadata } of namespaces) {
    const found = await http
      .json<Manifest>({ path: `/api/v1/namespaces/${metadata.name}` })
      .catch((thrown: unknown) => {
        if (thrown instanceof KubeStatusError && thrown.status === 404) return undefined;
        throw thrown;
      });
    if (!found || found.metadata.labels?.[labels.partOf] === 'faultflix') continue;
    throw new FaultflixError('could-not-run', `the cluster has a namespace ${metadata.name} that is not ours`, {
      where: `Namespace ${metadata.name}`,
      expected: `no such namespace, or one with the label ${labels.partOf}=faultflix`,
      received: JSON.stringify(found.metadata.labels ?? {}),
      todo: `choose another cluster, or label the namespace when it may be used: kubectl label namespace ${metadata.name} ${labels.partOf}=faultflix`,
    });
  }
}
