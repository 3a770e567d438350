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
}

export function firstEdge(origins: readonly string[]): EdgeChoice {
  return { edges: origins.map((origin) => new URL(origin).host), current: 0, failovers: 0 };
}

export const currentEdge = ({ edges, current }: EdgeChoice): string | undefined => edges[current];

/** The same path at the current edge; what is not an edge's address stays as it is. */
export function atCurrentEdge(choice: EdgeChoice, url: string): string {
  const edge = currentEdge(choice);
  return edge === undefined ? url : url.replace(/\/edge\/[^/]+\//, `/edge/${edge}/`);
}

/** After `failed` did not answer. One that was left already (several requests were out) is not left twice. */
export function nextEdge(choice: EdgeChoice, failed: string): EdgeChoice {
  if (currentEdge(choice) !== failed || choice.edges.length < 2) return choice;
  return { ...choice, current: (choice.current + 1) % choice.edges.length, failovers: choice.failovers + 1 };
}

export const edgeOf = (url: string): string | undefined => /\/edge\/([^/]+)\//.exec(url)?.[1];
