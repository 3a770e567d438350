/**
 * Which edge a player asks, and which one next. The page reaches edges through its own server, as `/edge/<host:port>/…`,
 * so that a browser need not know the cluster's certificates. Pure.
 */
export interface EdgeChoice {
  /** `host:port`, best first. */
  readonly edges: readonly string[];
  readonly current: number;
  /** How often an edge had to be left. */
  readonly failovers: number;
  /** When each edge that was left was, ms. */
  readonly leftMs: Readonly<Record<string, number>>;
}

/** An edge that was left is not gone back to for so long, whatever the steering says: HLS calls it a penalty. */
export const PENALTY_MS = 60_000;

export function firstEdge(origins: readonly string[]): EdgeChoice {
  return { edges: origins.map((origin) => new URL(origin).host), current: 0, failovers: 0, leftMs: {} };
}

export const currentEdge = ({ edges, current }: EdgeChoice): string | undefined => edges[current];

/** The same path at the current edge; what is not an edge's address stays as it is. */
export function atCurrentEdge(choice: EdgeChoice, url: string): string {
  const edge = currentEdge(choice);
  return edge === undefined ? url : url.replace(/\/edge\/[^/]+\//, `/edge/${edge}/`);
}

/** After `failed` did not answer. One that was left already (several requests were out) is not left twice. */
export function nextEdge(choice: EdgeChoice, failed: string, nowMs: number): EdgeChoice {
  if (currentEdge(choice) !== failed || choice.edges.length < 2) return choice;
  return {
    ...choice,
    current: (choice.current + 1) % choice.edges.length,
    failovers: choice.failovers + 1,
    leftMs: { ...choice.leftMs, [failed]: nowMs },
  };
}

/** Content steering as both players follow it: the best edges by now, first those that were not left just now. */
export function steered(choice: EdgeChoice, best: readonly string[], nowMs: number): EdgeChoice {
  if (best.length === 0) return choice;
  const isPenalized = (edge: string) => nowMs - (choice.leftMs[edge] ?? Number.NEGATIVE_INFINITY) < PENALTY_MS;
  const edges = [...best.filter((edge) => !isPenalized(edge)), ...best.filter(isPenalized)];
  return { ...choice, edges, current: 0 };
}

/** Edges of a steering manifest, best first: its pathways are clones at another host. Throws on what is none. */
export function edgesOfSteering(manifest: unknown): { readonly edges: readonly string[]; readonly ttlMs: number } {
  const { TTL, 'PATHWAY-PRIORITY': order, 'PATHWAY-CLONES': clones } = manifest as SteeringManifest;
  const hosts = new Map(clones.map(({ ID, 'URI-REPLACEMENT': { HOST } }) => [ID, HOST]));
  return { edges: order.flatMap((pathway) => hosts.get(pathway) ?? []), ttlMs: TTL * 1_000 };
}

interface SteeringManifest {
  readonly TTL: number;
  readonly 'PATHWAY-PRIORITY': readonly string[];
  readonly 'PATHWAY-CLONES': ReadonlyArray<{
    readonly ID: string;
    readonly 'URI-REPLACEMENT': { readonly HOST: string };
  }>;
}

export const edgeOf = (url: string): string | undefined => /\/edge\/([^/]+)\//.exec(url)?.[1];
