/** Which versions of Kubernetes we run on. Pure. */
import type { ClusterFacts, Findings } from './facts.ts';

/**
 * What our manifests need at least, on by default: native sidecars (KEP-753, beta in 1.29), `matchLabelKeys` of a spread
 * (KEP-3243, 1.27), `unhealthyPodEvictionPolicy` (KEP-3017, 1.27), `nodeTaintsPolicy` (KEP-3094, 1.26).
 */
export const OLDEST_MINOR = 29;
export const TESTED_MINOR = 37;
const supported = `Kubernetes 1.${OLDEST_MINOR} or newer, tested on 1.${TESTED_MINOR}`;

export function checkVersion({ version, nodes }: Pick<ClusterFacts, 'version' | 'nodes'>): Findings {
  const minor = minorOf(version);
  if (minor === undefined || minor < OLDEST_MINOR) {
    const todo = `take a cluster of ${supported}: older ones have no sidecar containers`;
    return { refusals: [{ what: `Kubernetes ${version} is too old`, todo }], notes: [] };
  }
  const old = nodes.filter(({ kubelet }) => (minorOf(kubelet) ?? 0) < OLDEST_MINOR);
  if (old.length > 0) {
    const names = old.map(({ name, kubelet }) => `${name} (${kubelet})`).join(', ');
    return {
      refusals: [{ what: `the kubelet is too old on ${names}`, todo: `upgrade or cordon them: ${supported}` }],
      notes: [],
    };
  }
  const untested = { what: `Kubernetes ${version} is not tested`, todo: `supported: ${supported}` };
  return { refusals: [], notes: minor === TESTED_MINOR ? [] : [untested] };
}

/** Of `v1.37.2`, `v1.31.4-eks-2d5f260`, `v1.33.1+k3s1`; undefined of anything else, a 2.x among it. */
function minorOf(version: string): number | undefined {
  const found = /^v?1\.(\d+)(\D|$)/.exec(version);
  return found ? Number(found[1]) : undefined;
}
