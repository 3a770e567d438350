export interface TitleDemand {
  readonly media: string;
  readonly requests: number;
}

const MOST_TITLES = 2_000;

/** How often files of each title were asked for at this edge lately: what is placed ahead, here and at other edges. */
export class Demand {
  #counts = new Map<string, number>();

  add(media: string): void {
    this.#counts.set(media, (this.#counts.get(media) ?? 0) + 1);
    if (this.#counts.size > MOST_TITLES) this.halve();
  }

  /** Once in a while: what nobody asks for any more is forgotten. */
  halve(): void {
    const halves = [...this.#counts].map(([media, count]) => [media, count >> 1] as const);
    this.#counts = new Map(halves.filter(([, count]) => count > 0));
  }

  top(most: number): readonly TitleDemand[] {
    return mostDemanded([[...this.#counts].map(([media, requests]) => ({ media, requests }))], most);
  }
}

/** The titles most asked for over all the lists. */
export function mostDemanded(lists: readonly (readonly TitleDemand[])[], most: number): readonly TitleDemand[] {
  const sums = new Map<string, number>();
  for (const { media, requests } of lists.flat()) sums.set(media, (sums.get(media) ?? 0) + requests);
  return [...sums]
    .map(([media, requests]) => ({ media, requests }))
    .sort((a, b) => b.requests - a.requests || (a.media < b.media ? -1 : 1))
    .slice(0, most);
}
