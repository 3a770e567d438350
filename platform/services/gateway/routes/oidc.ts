import type { FastifyInstance } from 'fastify';
import { FaultflixError } from '#base/errors.ts';
import { endToEnd, forwardedHeaders } from '#kit/http/forward.ts';
import { RELAYED_HEADER } from '#kit/http/paths.ts';
import type { HttpsClient } from '#kit/service.ts';

const UNWELL = new Set([502, 503, 504]);

/** Signing in is the OpenID provider's: what comes under `/oidc` is passed to `users` as it is, and so is its answer. */
export function oidcRoutes(app: FastifyInstance, users: () => HttpsClient): void {
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    for (const url of ['/oidc', '/oidc/*'])
      scope.route({
        method: ['GET', 'POST', 'OPTIONS', 'DELETE', 'PUT'],
        url,
        config: { priority: 'starting' },
        async handler(request, reply) {
          if (/(^|\/|%2f|\\|%5c)(\.|%2e){2}(\/|%2f|\\|%5c|$)/i.test(request.url.split('?', 1)[0]!))
            throw new FaultflixError('bad-input', 'a path goes down, never up', { where: 'path' });
          const body = Buffer.isBuffer(request.body) ? request.body : undefined;
          const answer = await users().request({
            method: request.method,
            path: request.url,
            headers: forwardedHeaders(request.headers),
            priority: 'starting',
            // A grant may be used once: what was sent and not answered must not be sent again.
            idempotent: request.method === 'GET' || request.method === 'OPTIONS',
            ...(body === undefined ? {} : { body }),
          });
          reply.code(answer.status).headers(endToEnd(answer.headers));
          if (UNWELL.has(answer.status)) reply.header(RELAYED_HEADER, '1');
          return reply.send(answer.body);
        },
      });
  });
}
