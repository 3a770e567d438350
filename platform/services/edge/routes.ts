import type { FastifyInstance } from 'fastify';
import type { Clock } from '#base/clock.ts';
import { FaultflixError } from '#base/errors.ts';
import { sha256 } from '#contracts/media-file.ts';
import type { ServiceContext } from '#kit/context.ts';
import type { MediaFile } from './file.ts';
import { mediaFile } from './file.ts';
import type { Media } from './media.ts';
import { cappedManifest, namesRenditions } from './renditions.ts';
import { cors, PART_BYTES, serveFile } from './serve.ts';
import { Signatures } from './signatures.ts';
import { edgeViewing } from './viewing.ts';

export interface EdgeParts extends Pick<ServiceContext, 'metrics'> {
  readonly media: Pick<Media, 'hot' | 'file'>;
  readonly demand: { add(media: string): void };
  readonly key: Buffer;
  readonly clock: Clock;
}

interface SignedUrl {
  Params: { signature: string; media: string; file: string };
  Querystring: { CMCD?: string };
}

const PATH = '/v1/t/:signature/:media/:file';
/** Of files that are not in the memory's own bound, in all answers together: slow viewers of rare titles. */
const MOST_HELD_BYTES = 64 * 1_048_576;

export function routes(app: FastifyInstance, { media, demand, key, clock, metrics }: EdgeParts): void {
  const served = metrics.counter({ name: 'edge_served_bytes_total', help: 'Bytes of media handed to viewers' });
  const hear = edgeViewing(metrics);
  const signatures = new Signatures(key, clock);
  let heldBytes = 0;

  app.route<SignedUrl>({
    method: ['GET', 'HEAD'],
    url: PATH,
    config: { priority: 'playing' },
    handler: async (request, reply) => {
      const { signature, media: title, file: name } = request.params;
      reply.headers(cors); // also on an error, or a browser hides it from the player
      const { maxHeightPx } = signatures.check(signature, title);
      const hot = media.hot(title, name);
      const found = hot ?? (await media.file({ media: title, name }));
      demand.add(title);
      hear(request.headers, request.query);
      const file = maxHeightPx === undefined || !namesRenditions(name) ? found : capped(found, maxHeightPx);
      const ownBytes = hot || file.bytes.length <= PART_BYTES ? 0 : file.bytes.length;
      if (heldBytes + ownBytes > MOST_HELD_BYTES)
        throw new FaultflixError('overloaded', 'too many rare files are being read', { todo: 'ask another edge' });
      heldBytes += ownBytes;
      reply.hijack();
      serveFile({
        method: request.method,
        headers: request.headers,
        response: reply.raw,
        file,
        onEnd: (bytes) => {
          heldBytes -= ownBytes;
          served.inc(bytes);
        },
      });
    },
  });

  app.options(PATH, async (_request, reply) => {
    reply.code(204).headers({
      ...cors,
      'access-control-allow-methods': 'GET, HEAD, OPTIONS',
      'access-control-allow-headers':
        'range, if-range, if-none-match, cmcd-object, cmcd-request, cmcd-session, cmcd-status',
      'access-control-max-age': '86400',
    });
  });
}

/** A few kilobytes, and only at the start of a stream. */
function capped(file: MediaFile, maxHeightPx: number): MediaFile {
  const bytes = Buffer.from(cappedManifest(file.name, file.bytes.toString('utf8'), maxHeightPx));
  return mediaFile(file, { bytes, digest: sha256(bytes) }, file.filledAtMs);
}
