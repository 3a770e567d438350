import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Clock } from '#base/clock.ts';
import { FaultflixError } from '#base/errors.ts';
import { EDGE_PROOF_HEADER, isEdgeProof } from '#contracts/edge-proof.ts';
import { type MediaKey, reprDigest } from '#contracts/media-file.ts';
import type { ServiceContext } from '#kit/context.ts';
import type { Media } from './media.ts';
import type { Demand } from './popularity.ts';
import { serveFile } from './serve.ts';

export interface PeerParts extends Pick<ServiceContext, 'metrics'> {
  readonly media: Pick<Media, 'file'>;
  readonly demand: Pick<Demand, 'top'>;
  readonly key: Buffer;
  readonly clock: Clock;
}

/** Titles that an edge tells of. */
export const MOST_POPULAR = 50;
export const POPULAR_PATH = '/v1/popular';

/** For other edges: what an origin answers, out of this edge's cache, and what is asked for here. */
export function peerRoutes(app: FastifyInstance, { media, demand, key, clock, metrics }: PeerParts): void {
  const served = metrics.counter({ name: 'edge_peer_bytes_total', help: 'Bytes of media handed to other edges' });
  const mustBeEdge = ({ headers, url }: FastifyRequest) => {
    if (isEdgeProof(headers[EDGE_PROOF_HEADER], url, clock.now(), key)) return;
    throw new FaultflixError('forbidden', 'only edges may ask an edge so', {
      where: `header ${EDGE_PROOF_HEADER}`,
      expected: 'HMAC of path and hour',
    });
  };

  app.get<{ Params: MediaKey }>('/v1/o/:media/:name', { config: { priority: 'playing' } }, async (request, reply) => {
    mustBeEdge(request);
    const file = await media.file(request.params, { forPeer: true });
    reply.hijack();
    const { method, headers } = request;
    reply.raw.setHeader('repr-digest', reprDigest(file.digest));
    serveFile({ method, headers, response: reply.raw, file, onEnd: (bytes) => served.inc(bytes) });
    return reply;
  });

  app.get(POPULAR_PATH, { config: { priority: 'prefetch' } }, async (request) => {
    mustBeEdge(request);
    return { titles: demand.top(MOST_POPULAR) };
  });
}
