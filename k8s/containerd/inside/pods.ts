import { type Clock, systemClock } from '#base/clock.ts';
import type { KubeHttp } from '#base/kube/http.ts';

interface PodObject {
  readonly metadata: { readonly name: string; readonly namespace: string };
}

const POLL_MS = 100;

/** Deletes all pods, each with its own grace period, and waits until they are gone. Rejects when aborted. */
export async function endPods(api: KubeHttp, signal: AbortSignal, clock: Clock = systemClock): Promise<void> {
  const list = async () => (await api.json<{ items: PodObject[] }>({ path: '/api/v1/pods', signal })).items;
  const namespaces = new Set((await list()).map(({ metadata }) => metadata.namespace));
  await Promise.all(
    [...namespaces].map((namespace) =>
      api.json({ method: 'DELETE', path: `/api/v1/namespaces/${namespace}/pods`, signal }),
    ),
  );
  while ((await list()).length > 0) await clock.sleep(POLL_MS, signal);
}
