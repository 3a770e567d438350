import type { Clock } from '#base/clock.ts';
import { FaultflixError } from '#base/errors.ts';
import { EDGE_PROOF_HEADER, edgeProof } from '#contracts/edge-proof.ts';
import type { HttpsClient } from '#kit/context.ts';
import { checkedAnswer, type FillSource, fillPath } from './source.ts';

export interface OriginParts {
  /** The kit's client of service `origin`: own region first, then another, with all its guards. */
  readonly client: HttpsClient;
  readonly key: Buffer;
  readonly clock: Clock;
}

/** A viewer's buffer of segments lasts longer; a start is told soon that nothing comes. */
const TIMEOUT_MS = 3_000;

const proven = (path: string, { key, clock }: OriginParts) => ({
  [EDGE_PROOF_HEADER]: edgeProof(path, clock.now(), key),
});

export function originSource(parts: OriginParts): FillSource {
  return {
    name: 'origin',
    async fill(media, { ahead = false }) {
      const path = fillPath(media);
      const answer = await parts.client.request({
        method: 'GET',
        path,
        headers: proven(path, parts),
        timeoutMs: TIMEOUT_MS,
        priority: ahead ? 'prefetch' : 'playing',
      });
      return checkedAnswer(answer, `origin ${path}`);
    },
  };
}

/** Names of a title's files. Throws `not-found`, `unavailable`. */
export async function listTitle(media: string, parts: OriginParts): Promise<readonly string[]> {
  const path = `/v1/o/${media}`;
  const headers = proven(path, parts);
  const answer = await parts.client.request({
    method: 'GET',
    path,
    headers,
    timeoutMs: TIMEOUT_MS,
    priority: 'prefetch',
  });
  if (answer.status !== 200)
    throw new FaultflixError(answer.status === 404 ? 'not-found' : 'unavailable', 'a title cannot be listed', {
      where: path,
      received: `${answer.status}`,
    });
  const { files } = JSON.parse(answer.body.toString('utf8')) as { files: { name: string }[] };
  return files.map(({ name }) => name);
}
