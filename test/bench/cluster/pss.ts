/** Memory by proportional set size, which counts what processes share once. */
import { readdirSync, readFileSync } from 'node:fs';

/** MiB of one process; undefined when it has ended. */
export function pssMiB(pid: string): number | undefined {
  try {
    return Number(/^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1]) / 1024;
  } catch {
    return undefined;
  }
}

/**
 * MiB of all processes of a cluster: those marked as its own, and all that descend from them, which on real nodes live
 * in namespaces and have environments of their own.
 */
export function clusterMiB(name: string): number {
  const parents = new Map<string, string>();
  const marked: string[] = [];
  for (const pid of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      parents.set(pid, /^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]!);
      const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
      if (environment.some((each) => each.startsWith(`FAULTFLIX_CLUSTER=${name}/`))) marked.push(pid);
    } catch {
      // It ended while we looked.
    }
  }
  const own = new Set(marked);
  const belongs = (pid: string | undefined): boolean => {
    const line: string[] = [];
    for (let at = pid; at !== undefined && at !== '0' && line.length < 64; at = parents.get(at)) {
      if (own.has(at)) {
        for (const each of line) own.add(each);
        return true;
      }
      line.push(at);
    }
    return false;
  };
  const sizes = [...parents.keys()].filter(belongs).flatMap((pid) => pssMiB(pid) ?? []);
  if (sizes.length === 0) throw new Error(`no process of the cluster ${name}`);
  return sizes.reduce((sum, size) => sum + size, 0);
}
