/** Everything that a cluster lacks, told at once. Pure. */
import type { ClusterFacts, Findings, Needs } from './facts.ts';
import { checkImages } from './images.ts';
import { checkOwnership } from './ownership.ts';
import { checkPlaces, type Placement } from './places.ts';
import { checkRights } from './rights.ts';
import { checkVersion } from './version.ts';

export interface Decision extends Findings {
  readonly placement: Placement;
}

export function decide(facts: ClusterFacts, needs: Needs): Decision {
  // Who may not list nodes is told so among the rights; nothing is known of places then.
  const hidden = facts.denied.some(({ resource }) => resource === 'nodes');
  const places = hidden ? ({ placement: 'local', refusals: [], notes: [] } as const) : checkPlaces(facts, needs);
  const all = [
    checkVersion(facts),
    checkRights(facts, needs),
    checkOwnership(facts, needs),
    places,
    checkApi(facts),
    checkImages(facts, needs),
  ];
  return {
    placement: places.placement,
    refusals: all.flatMap(({ refusals }) => refusals),
    notes: all.flatMap(({ notes }) => notes),
  };
}

function checkApi({ unknownKinds, refused, metrics }: ClusterFacts): Findings {
  const refusals = [
    ...unknownKinds.map((kind) => ({
      what: `the cluster does not know the kind ${kind}`,
      todo: 'is the cluster old, or a feature switched off?',
    })),
    ...refused.map(({ what, why }) => ({
      what: `the cluster would refuse ${what}: ${why}`,
      todo: 'ask who keeps the cluster’s admission rules',
    })),
  ];
  const notes = [
    // No API tells it. On a cluster without it, a sidecar's admin port is open to every pod.
    {
      what: 'whether NetworkPolicies are enforced cannot be asked: it is up to the network plugin',
      todo: 'without it any pod can reach the Toxiproxy of any other; take a cluster that is nobody else’s',
    },
  ];
  if (!metrics) notes.push({ what: 'no metrics API: `kubectl top` shows nothing', todo: 'metrics-server gives it' });
  return { refusals, notes };
}
