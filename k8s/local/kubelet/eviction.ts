import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseQuantity } from './env/quantity.ts';
import type { PodWorker } from './pod-worker.ts';
import { type Container, containersOf } from './types.ts';

/** The kubelet's housekeeping interval (monitoring of local storage). */
export const EVICTION_MS = 10_000;

/**
 * Evicts pods that have outgrown what they may keep on disk: as on a real node the pod fails with the reason `Evicted`
 * and stays until somebody deletes it. In the kubelet's order and words: the size limit of a volume, the limits of all
 * containers together, that of one container, whose own are its logs and what it wrote beside its volumes.
 */
export function evictOversized(workers: Iterable<PodWorker>): void {
  for (const worker of workers) {
    if (worker.runtime.endingSinceMs !== undefined) continue;
    const message = oversizedVolume(worker) ?? oversizedPod(worker);
    if (message) worker.fail('Evicted', message);
  }
}

function oversizedVolume(worker: PodWorker): string | undefined {
  for (const { volume, path } of worker.volumes.emptyDirs()) {
    const limit = volume.emptyDir?.sizeLimit;
    if (limit !== undefined && sizeBelow(path) > parseQuantity(limit))
      return `Usage of EmptyDir volume "${volume.name}" exceeds the limit "${limit}".`;
  }
  return undefined;
}

function oversizedPod({ pod, folder, volumes }: PodWorker): string | undefined {
  const limitOf = (resources: Container['resources']) => resources?.limits?.['ephemeral-storage'];
  const limited = containersOf(pod).filter(({ spec }) => limitOf(spec.resources) !== undefined);
  if (limited.length === 0) return undefined;
  const own = (name: string) => sizeBelow(join(folder.path, 'containers', name)) + sizeBelow(folder.root(name));
  const sizes = new Map(containersOf(pod).map(({ spec }) => [spec.name, own(spec.name)]));
  const kept = volumes.emptyDirs().filter(({ volume }) => volume.emptyDir?.medium !== 'Memory');
  const shared = [folder.home, folder.tmp, ...kept.map(({ path }) => path)].reduce((sum, at) => sum + sizeBelow(at), 0);
  const used = [...sizes.values()].reduce((sum, size) => sum + size, shared);
  const total = limited.reduce((sum, { spec }) => sum + parseQuantity(limitOf(spec.resources)!), 0);
  if (used > total)
    return `Pod ephemeral local storage usage exceeds the total limit of containers ${inBinaryUnits(total)}. `;
  for (const { spec } of limited) {
    const limit = limitOf(spec.resources)!;
    if (sizes.get(spec.name)! > parseQuantity(limit))
      return `Container ${spec.name} exceeded its local ephemeral storage limit "${limit}". `;
  }
  return undefined;
}

function inBinaryUnits(bytes: number): string {
  for (const [power, unit] of [
    [30, 'Gi'],
    [20, 'Mi'],
    [10, 'Ki'],
  ] as const) {
    if (bytes % 2 ** power === 0) return `${bytes / 2 ** power}${unit}`;
  }
  return String(bytes);
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
