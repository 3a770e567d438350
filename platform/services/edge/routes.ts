import type { FastifyInstance } from 'fastify';
import type { Clock } from '#base/clock.ts';
import { checkSignature } from '#contracts/signed-path.ts';
import type { ServiceContext } from '#kit/service.ts';
import type { Media } from './media.ts';
import { cors, serveFile } from './serve.ts';

export interface EdgeParts extends Pick<ServiceContext, 'metrics' | 'log'> {
  readonly media: Media;
  readonly key: Buffer;
  readonly clock: Clock;
}

interface SignedUrl {
  Params: { signature: string; media: string; file: string };
}

const PATH = '/v1/t/:signature/:media/:file';

export function routes(app: FastifyInstance, { media, key, clock, metrics, log }: EdgeParts): void {
  const served = metrics.counter({ name: 'edge_served_bytes_total', help: 'Bytes of media handed to viewers' });

  app.route<SignedUrl>({
    method: ['GET', 'HEAD'],
    url: PATH,
    config: { priority: 'playing' },
    handler: async (request, reply) => {
      const { signature, media: title, file: name } = request.params;
      reply.headers(cors); // also on an error, or a browser hides it from the player
      checkSignature({ signature, media: title, nowMs: clock.now() }, key);
      const file = media.hot(title, name) ?? (await media.file(title, name));
      reply.hijack();
      serveFile({
        method: request.method,
        headers: request.headers,
        response: reply.raw,
        file,
        onEnd: (bytes, error) => {
          served.inc(bytes);
          if (error) log.debug({ err: error, file: name }, 'a viewer left in the middle of a file');
        },
      });
    },
  });

  app.options(PATH, async (_request, reply) => {
    reply.code(204).headers({
      ...cors,
      'access-control-allow-methods': 'GET, HEAD, OPTIONS',
      'access-control-allow-headers': 'range, if-range, if-none-match',
      'access-control-max-age': '86400',
    });
  });
}
