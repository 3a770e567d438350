import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseQuantity } from './env/quantity.ts';
import type { PodWorker } from './pod-worker.ts';

/** The kubelet's housekeeping interval (monitoring of local storage). */
export const EVICTION_MS = 10_000;

/**
 * Evicts pods whose emptyDir volumes have outgrown their size limit: as on a real node the pod fails with the reason
 * `Evicted` and stays until somebody deletes it.
 */
export function evictOversized(workers: Iterable<PodWorker>): void {
  for (const worker of workers) {
    if (worker.runtime.endingSinceMs !== undefined) continue;
    for (const { volume, path } of worker.volumes.emptyDirs()) {
      const limit = volume.emptyDir?.sizeLimit;
      if (limit === undefined || sizeBelow(path) <= parseQuantity(limit)) continue;
      worker.fail('Evicted', `Usage of EmptyDir volume "${volume.name}" exceeds the limit "${limit}".`);
    }
  }
}

/** Bytes on disk below a folder, as `du` counts them; links are not followed. */
export function sizeBelow(folder: string): number {
  let total = 0;
  try {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      total += entry.isDirectory() ? sizeBelow(path) : lstatSync(path).blocks * 512;
    }
  } catch {
    // Files come and go while they are counted; the next look counts again.
  }
  return total;
}
