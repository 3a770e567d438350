/**
 * What the service knows of its catalogue, as numbers in memory: which titles are kin, and what a person with a history
 * may like. Titles are numbers from 0 in order of popularity. 5,000 titles are scored in well below a millisecond.
 */
import { standardised } from './models/blend.ts';
import { normalise } from './models/content.ts';
import { type ItemModel, scoresOf } from './models/dataset.ts';

/** Of collaborative, content and two towers, for what is like a title: what it is counts more than who watched it. */
export const KIN_WEIGHTS: readonly number[] = [0.3, 0.5, 0.2];

export interface Genre {
  readonly name: string;
  /** In order of popularity. */
  readonly titles: Int32Array;
}

export interface TasteParts {
  readonly ids: readonly string[];
  /** The largest first. */
  readonly genres: readonly Genre[];
  readonly models: readonly ItemModel[];
  /** Of the models, in their order: for a person, and for what is like a title. */
  readonly weights: { readonly person: readonly number[]; readonly kin: readonly number[] };
}

export class Taste {
  readonly genres: readonly Genre[];
  readonly #ids: readonly string[];
  readonly #byId: ReadonlyMap<string, number>;
  readonly #parts: TasteParts;
  /** The models' vectors, each of length 1. */
  readonly #directions: readonly Float32Array[];

  constructor(parts: TasteParts) {
    this.#parts = parts;
    this.#ids = parts.ids;
    this.genres = parts.genres;
    this.#byId = new Map(parts.ids.map((id, title) => [id, title]));
    this.#directions = parts.models.map(({ dims, vectors }) => {
      const copy = vectors.slice();
      for (let at = 0; at < copy.length; at += dims) normalise(copy.subarray(at, at + dims));
      return copy;
    });
  }

  get size(): number {
    return this.#ids.length;
  }

  titleOf(id: string): number | undefined {
    return this.#byId.get(id);
  }

  idsOf(titles: readonly number[]): string[] {
    return titles.map((title) => this.#ids[title]!);
  }

  /** A score a title. `history`: the oldest first, never empty. */
  forPerson(history: readonly number[]): Float32Array {
    const { models, weights } = this.#parts;
    return this.#blended(weights.person, (m) => scoresOf(models[m]!, models[m]!.personOf(history)));
  }

  /** A score a title, by cosine. */
  likeTitle(title: number): Float32Array {
    const { models, weights } = this.#parts;
    return this.#blended(weights.kin, (m) => {
      const { dims } = models[m]!;
      const vectors = this.#directions[m]!;
      return scoresOf({ dims, vectors }, vectors.subarray(title * dims, (title + 1) * dims));
    });
  }

  #blended(weights: readonly number[], scores: (model: number) => Float32Array): Float32Array {
    const sum = new Float32Array(this.size);
    for (const [m, weight] of weights.entries()) {
      if (weight === 0) continue;
      const own = standardised(scores(m));
      for (let i = 0; i < sum.length; i++) sum[i]! += weight * own[i]!;
    }
    return sum;
  }
}
