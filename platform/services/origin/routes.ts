import { pipeline } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Clock } from '#base/clock.ts';
import { FaultflixError } from '#base/errors.ts';
import { EDGE_PROOF_HEADER, isEdgeProof } from '#contracts/edge-proof.ts';
import { contentTypeOf, etagOf, isMedia, type MediaKey, reprDigest } from '#contracts/media-file.ts';
import type { ServiceContext } from '#kit/context.ts';
import { byteRange, matches } from '#kit/http/range.ts';
import type { ObjectStore } from './objects.ts';

export interface OriginParts extends Pick<ServiceContext, 'metrics' | 'log'> {
  readonly objects: ObjectStore;
  readonly key: Buffer;
  readonly clock: Clock;
}

/** Objects for edges and for nobody else. */
export function originRoutes(app: FastifyInstance, { objects, key, clock, metrics, log }: OriginParts): void {
  const served = metrics.counter({ name: 'origin_served_bytes_total', help: 'Bytes of objects handed to edges' });
  const mustBeEdge = ({ headers, url }: FastifyRequest) => {
    if (isEdgeProof(headers[EDGE_PROOF_HEADER], url, clock.now(), key)) return;
    throw new FaultflixError('forbidden', 'only edges may ask an origin', {
      where: `header ${EDGE_PROOF_HEADER}`,
      expected: 'HMAC of path and hour',
    });
  };

  app.get<{ Params: { media: string } }>('/v1/o/:media', { config: { priority: 'prefetch' } }, async (request) => {
    mustBeEdge(request);
    const { media } = request.params;
    const files = isMedia(media) ? await objects.list(media) : undefined;
    if (files) return { media, files };
    throw new FaultflixError('not-found', 'no such title', { received: media.slice(0, 100) });
  });

  app.get<{ Params: MediaKey }>('/v1/o/:media/:name', { config: { priority: 'playing' } }, async (request, reply) => {
    mustBeEdge(request);
    const object = contentTypeOf(request.params) ? await objects.get(request.params) : undefined;
    if (!object) {
      const { media, name } = request.params;
      throw new FaultflixError('not-found', 'no such file of a title', { received: `${media}/${name}`.slice(0, 200) });
    }
    const { size, digest } = object;
    const etag = etagOf(digest);
    const { headers } = request;
    reply.headers({ etag, 'repr-digest': reprDigest(digest), 'accept-ranges': 'bytes' });
    if (matches(headers['if-none-match'], etag)) return reply.code(304).send();
    const range = byteRange(
      headers['if-range'] === undefined || headers['if-range'] === etag ? headers.range : undefined,
      size,
    );
    if (range === 'unsatisfiable') return reply.code(416).header('content-range', `bytes */${size}`).send();
    const part = range === 'whole' ? { start: 0, end: size - 1 } : range;
    if (range !== 'whole') reply.code(206).header('content-range', `bytes ${part.start}-${part.end}/${size}`);
    const length = part.end - part.start + 1;
    reply.header('content-length', length).type('application/octet-stream');
    if (length === 0) return reply.send();
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(reply.statusCode, reply.getHeaders() as Record<string, string>);
    // An error here ends the connection in the middle, and the edge sees that the length does not fit.
    pipeline(object.stream(part), raw, (error) => {
      if (error) log.debug({ err: error, where: request.url }, 'an object was not read to its end');
      else served.inc(length);
    });
    return reply;
  });
}
