import type { Clock } from '#base/clock.ts';
import { FaultflixError } from '#base/errors.ts';
import { EDGE_PROOF_HEADER, edgeProof } from '#contracts/edge-proof.ts';
import type { Endpoint, HttpsResponse } from '#kit/context.ts';
import { HttpsConnection, type Trust } from '#kit/http/connection.ts';
import { type FamilyParts, isSelf, parentOf } from './family.ts';
import { checkedAnswer, type FillSource, fillPath } from './source.ts';

export interface PeersParts extends FamilyParts {
  /** PEM of the root that edges' certificates come from. */
  /** Asked for at the first parent. */
  readonly trust: () => Trust;
  readonly key: Buffer;
  readonly clock: Clock;
}

/** Two round trips to the farthest region and a disk; then the origin is asked. */
const TIMEOUT_MS = 1_500;
/** A parent that failed is left out for so long: its files have another parent meanwhile. */
const REST_MS = 5_000;

/** The other edges: this edge's parents, and those who know what is popular. */
export class Peers {
  readonly #parts: PeersParts;
  readonly #connections = new Map<string, HttpsConnection>();
  readonly #restUntilMs = new Map<string, number>();

  constructor(parts: PeersParts) {
    this.#parts = parts;
  }

  /** The parent as a source; undefined for a file that this edge fills from the origin itself. */
  parentFor(file: string): FillSource | undefined {
    const nowMs = this.#parts.clock.now();
    const parent = parentOf(file, this.#parts, ({ id }) => (this.#restUntilMs.get(id) ?? 0) <= nowMs);
    if (parent === undefined) return undefined;
    return {
      name: 'parent',
      fill: async (key) => {
        const path = fillPath(key);
        return this.#asking(parent, async () =>
          checkedAnswer(await this.#get(parent, path), `edge ${parent.host} ${path}`),
        );
      },
    };
  }

  /** Whatever the others answer to a path; those that do not answer are left out. */
  async askAll(path: string): Promise<readonly Buffer[]> {
    const { edges, place, podUid } = this.#parts;
    const others = edges.nearest(place).filter((edge) => !isSelf(edge, podUid));
    const answers = await Promise.allSettled(others.map((edge) => this.#asking(edge, () => this.#get(edge, path))));
    return answers.flatMap((answer) =>
      answer.status === 'fulfilled' && answer.value.status === 200 ? [answer.value.body] : [],
    );
  }

  close(): void {
    for (const connection of this.#connections.values()) connection.retire();
    this.#connections.clear();
  }

  async #asking<T>(edge: Endpoint, ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (thrown) {
      if (thrown instanceof FaultflixError && thrown.code === 'not-found') throw thrown;
      this.#restUntilMs.set(edge.id, this.#parts.clock.now() + REST_MS);
      this.#forgetLost();
      throw thrown;
    }
  }

  #get(edge: Endpoint, path: string): Promise<HttpsResponse> {
    const { trust, key, clock } = this.#parts;
    let connection = this.#connections.get(edge.id);
    if (connection === undefined) {
      connection = new HttpsConnection(edge, trust());
      this.#connections.set(edge.id, connection);
    }
    const headers = { [EDGE_PROOF_HEADER]: edgeProof(path, clock.now(), key) };
    const deadlineAtMs = Date.now() + TIMEOUT_MS; // the connection measures by the machine's clock
    return connection.request({ method: 'GET', path, headers, body: undefined, deadlineAtMs, signal: undefined });
  }

  #forgetLost(): void {
    const known = new Set(this.#parts.edges.nearest(this.#parts.place).map(({ id }) => id));
    for (const [id, connection] of this.#connections) {
      if (known.has(id)) continue;
      connection.retire();
      this.#connections.delete(id);
    }
    for (const id of this.#restUntilMs.keys()) if (!known.has(id)) this.#restUntilMs.delete(id);
  }
}
