import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { HttpsClient } from '#kit/context.ts';
import type { Priority } from '#kit/request-context.ts';
import type { ServiceContext } from '#kit/service.ts';
import { destinationOf } from './home.ts';

interface ProxiedRoute {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly priority: Priority;
  /** May be tried again elsewhere. `by-key`: when the request has an Idempotency-Key. */
  readonly repeat: 'safe' | 'by-key';
}

/** Signing in makes a token and nothing else, and a heartbeat says what is so: both may arrive twice. */
export const proxied: readonly ProxiedRoute[] = [
  { method: 'POST', path: '/v1/session', priority: 'starting', repeat: 'safe' },
  { method: 'GET', path: '/v1/browse', priority: 'browsing', repeat: 'safe' },
  { method: 'POST', path: '/v1/play', priority: 'starting', repeat: 'by-key' },
  { method: 'POST', path: '/v1/heartbeat', priority: 'playing', repeat: 'safe' },
];

const FORWARDED_REQUEST = ['authorization', 'content-type', 'accept'] as const;
const FORWARDED_RESPONSE = ['content-type', 'retry-after', 'www-authenticate'] as const;
const BODY_LIMIT_BYTES = 64 * 1_024;

export function proxyRoutes(app: FastifyInstance, context: Pick<ServiceContext, 'https'>): void {
  const gateway = context.https('gateway');
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: BODY_LIMIT_BYTES }, (_request, body, done) =>
      done(null, body),
    );
    for (const { method, path, priority, repeat } of proxied)
      scope.route({
        method,
        url: path,
        config: { priority },
        handler: (request, reply) => forward({ gateway, request, reply, priority, repeat }),
      });
  });
}

interface Forwarding extends Pick<ProxiedRoute, 'priority' | 'repeat'> {
  readonly gateway: HttpsClient;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

async function forward({ gateway, request, reply, priority, repeat }: Forwarding): Promise<Buffer> {
  const { method, url, headers } = request;
  const body = Buffer.isBuffer(request.body) ? request.body : undefined;
  const { home, session } = destinationOf(headers, body);
  const key = headers['idempotency-key'];
  const answer = await gateway.request({
    method,
    path: url,
    headers: picked(headers, FORWARDED_REQUEST),
    priority,
    idempotent: repeat === 'safe' || key !== undefined,
    ...(typeof key === 'string' ? { idempotencyKey: key } : {}),
    ...(body === undefined ? {} : { body }),
    ...(home === undefined ? {} : { prefer: home }),
    ...(session === undefined ? {} : { stickyKey: session }),
  });
  reply.code(answer.status).headers(picked(answer.headers, FORWARDED_RESPONSE));
  reply.header('x-faultflix-region', answer.endpoint.region);
  return answer.body;
}

function picked(headers: Readonly<Record<string, string | string[] | undefined>>, names: readonly string[]) {
  const found = names.map((name) => [name, headers[name]] as const);
  return Object.fromEntries(found.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}
