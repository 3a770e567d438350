import { LOG_MAX_BYTES, LOG_MONITOR_MS } from '../logs/rotation.ts';
import type { PodWorker } from '../pod-worker.ts';

/** What a kubelet tells of itself, by path: the body to answer with, undefined for what this one does not have. */
export function nodeRoute(path: string, workers: () => Iterable<PodWorker>): object | string | undefined {
  switch (path) {
    case '/healthz':
      return 'ok';
    case '/configz':
      return {
        kubeletconfig: {
          containerLogMaxSize: `${LOG_MAX_BYTES / 1024 / 1024}Mi`,
          containerLogMonitorInterval: `${LOG_MONITOR_MS / 1_000}s`,
          authentication: { anonymous: { enabled: false } },
        },
      };
    case '/pods':
      return {
        kind: 'PodList',
        apiVersion: 'v1',
        metadata: {},
        items: [...workers()].map((worker) => ({ ...worker.pod, status: worker.status() })),
      };
    default:
      return undefined;
  }
}
