/** Where pods will run: in regions of labelled nodes, or where a region is a namespace only. Pure. */
import { labels, type Region, zonesOf } from '#base/names.ts';
import type { ClusterFacts, Finding, Findings, Needs, NodeFact } from './facts.ts';

/** The overlay of k8s/overlays: `local` wants nodes in regions, `one-node` places nothing. */
export type Placement = 'local' | 'one-node';

export interface Places extends Findings {
  readonly placement: Placement;
}

type Wanted = Pick<Needs, 'regions' | 'regionsAsNamespaces' | 'kubectl'>;

export function checkPlaces({ nodes }: Pick<ClusterFacts, 'nodes'>, needs: Wanted): Places {
  const usable = nodes.filter(({ ready, schedulable }) => ready && schedulable);
  if (usable.length === 0) {
    const seen = nodes.map(({ name, ready }) => `${name} ${ready ? 'is cordoned or tainted' : 'is not ready'}`);
    const todo = `${needs.kubectl} get nodes shows more; uncordon or mend one`;
    return refuse([{ what: `no node takes pods: ${seen.join(', ') || 'there is none'}`, todo }]);
  }
  if (needs.regionsAsNamespaces) return namespacesOnly('asked for by --regions-as-namespaces');
  if (usable.length === 1) return namespacesOnly(`${usable[0]!.name} is the only node that takes pods`);
  const lacking = needs.regions.filter((region) => zonesAt(usable, region).size === 0);
  if (lacking.length > 0) {
    const what = `${lacking.join(' and ')}: no node with the labels ${labels.nodeRegion} and ${labels.nodeZone}`;
    return refuse([{ what, todo: labelling(usable, needs) }]);
  }
  const notes = needs.regions
    .filter((region) => zonesAt(usable, region).size === 1)
    .map((region) => ({
      what: `${region} has one zone only: what takes the zone takes the region`,
      todo: `label more nodes of the region, of zone ${zonesOf(region as Region).join(' and ')}`,
    }));
  return { placement: 'local', refusals: [], notes };
}

const refuse = (refusals: readonly Finding[]): Places => ({ placement: 'local', refusals, notes: [] });

const namespacesOnly = (why: string): Places => ({
  placement: 'one-node',
  refusals: [],
  notes: [{ what: `a region is a namespace only (${why}): no fault can take a region's or a zone's nodes away` }],
});

function zonesAt(nodes: readonly NodeFact[], region: string): ReadonlySet<string> {
  const there = nodes.filter((node) => node.labels[labels.nodeRegion] === region);
  return new Set(there.flatMap((node) => node.labels[labels.nodeZone] ?? []));
}

/** The commands that give every needed region its nodes, in two zones where there are enough. */
export function labelling(usable: readonly NodeFact[], { regions, kubectl }: Wanted): string {
  const otherwise = 'or give --regions-as-namespaces: then a region is a namespace only';
  if (usable.length < regions.length) {
    return `${usable.length} nodes cannot be ${regions.length} regions: add nodes, ${otherwise}`;
  }
  const inRegion = (node: NodeFact) => regions.includes(node.labels[labels.nodeRegion] ?? '');
  const members = new Map(
    regions.map((region) => [region, usable.filter((node) => node.labels[labels.nodeRegion] === region)]),
  );
  const free = usable.filter((node) => !inRegion(node));
  for (const node of free) {
    const [least] = [...members.values()].sort((a, b) => a.length - b.length);
    least!.push(node);
  }
  const commands = [...members].flatMap(([region, nodes]) =>
    nodes.flatMap((node, index) => {
      // A node of the region keeps the zone that it has, whatever its name.
      if (inRegion(node) && node.labels[labels.nodeZone] !== undefined) return [];
      const wanted = [
        ...(inRegion(node) ? [] : [[labels.nodeRegion, region]]),
        [labels.nodeZone, zonesOf(region as Region)[index % 2]],
      ];
      const overwrite = wanted.some(([key]) => node.labels[key!] !== undefined) ? ' --overwrite' : '';
      return [`${kubectl} label node ${node.name} ${wanted.map((pair) => pair.join('=')).join(' ')}${overwrite}`];
    }),
  );
  const foreign = free.some((node) => node.labels[labels.nodeRegion] !== undefined);
  const warning = foreign
    ? ['the nodes are in regions of their cloud: relabel them only in a cluster made for this;']
    : [];
  const empty = [...members].flatMap(([region, nodes]) => (nodes.length === 0 ? [region] : []));
  const more = empty.length > 0 ? [`add a node for ${empty.join(' and ')}: the others are taken`] : [];
  return [...warning, ...commands, ...more, otherwise].join('\n');
}
