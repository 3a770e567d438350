import {
  atCurrentEdge,
  currentEdge,
  type EdgeChoice,
  edgeOf,
  edgesOfSteering,
  firstEdge,
  nextEdge,
  steered,
} from '../model/edges.ts';

/** The edges of one play, for whichever player plays it. */
export class EdgeList {
  #choice: EdgeChoice;
  readonly #now: () => number;

  constructor(origins: readonly string[], now: () => number = Date.now) {
    this.#choice = firstEdge(origins);
    this.#now = now;
  }

  get current(): string | undefined {
    return currentEdge(this.#choice);
  }

  get failovers(): number {
    return this.#choice.failovers;
  }

  get count(): number {
    return this.#choice.edges.length;
  }

  at(url: string): string {
    return atCurrentEdge(this.#choice, url);
  }

  /** True when there is another edge to ask than the one of `url`, which did not answer. */
  failed(url: string): boolean {
    const edge = edgeOf(url) ?? '';
    this.#choice = nextEdge(this.#choice, edge, this.#now());
    return edge !== this.current;
  }

  /** Follows a steering manifest; resolves with how long it holds. Throws on what is none. */
  steer(manifest: unknown): number {
    const { edges, ttlMs } = edgesOfSteering(manifest);
    this.#choice = steered(this.#choice, edges, this.#now());
    return ttlMs;
  }
}
