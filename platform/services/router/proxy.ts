import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Region, regions } from '#base/names.ts';
import { isRegion } from '#contracts/region.ts';
import { type ViewerRoute, viewerApi } from '#contracts/viewer-api.ts';
import type { HttpsClient, HttpsResponse } from '#kit/context.ts';
import { endToEnd, forwardedHeaders } from '#kit/http/forward.ts';
import { pageAccess } from '#kit/http/page-access.ts';
import { RELAYED_HEADER } from '#kit/http/paths.ts';
import { currentRequest, type Priority } from '#kit/request-context.ts';
import type { ServiceContext } from '#kit/service.ts';
import { destinationOf } from './home.ts';
import { RegionChoice } from './regions.ts';

interface Passing {
  readonly priority: Priority;
  /** May be tried again elsewhere. `by-key`: when the request has an Idempotency-Key. `method`: when its method is safe. */
  readonly repeat: ViewerRoute['repeat'] | 'method';
  readonly request: readonly string[] | 'end-to-end';
  readonly response: readonly string[] | 'end-to-end';
}

const FORWARDED_REQUEST = [
  ...['authorization', 'content-type', 'content-encoding', 'accept', 'accept-language', 'if-none-match', 'origin'],
  ...['cmcd-object', 'cmcd-request', 'cmcd-session', 'cmcd-status'],
];
const FORWARDED_RESPONSE = [
  ...['content-type', 'retry-after', 'www-authenticate', 'cache-control', 'etag', 'allow', 'content-security-policy'],
];
const BODY_LIMIT_BYTES = 64 * 1_024;
const OIDC_METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS'];

type ProxyContext = Pick<ServiceContext, 'https' | 'clock' | 'guards' | 'endpoints'> & {
  readonly origins?: readonly string[];
};

/** Passes what viewers call, and signing in, to the gateways; nothing else has a way in. */
export function proxyRoutes(app: FastifyInstance, context: ProxyContext): void {
  const { clock, guards, endpoints, origins = [] } = context;
  const gateway = context.https('gateway');
  const listed = endpoints('gateway', 'https');
  const present = () => regions.filter((region) => listed.list().some((endpoint) => endpoint.region === region));
  const choice = new RegionChoice({ clock, present, mayLeave: () => guards.on('region-preference') });
  pageAccess(app, { origins });
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: BODY_LIMIT_BYTES }, (_request, body, done) =>
      done(null, body),
    );
    const pass = (method: string | string[], url: string, passing: Passing) =>
      scope.route({
        method: method as 'GET',
        url,
        config: { priority: passing.priority },
        handler: (request, reply) => forward({ gateway, choice, request, reply, passing }),
      });
    for (const { method, path, priority, repeat } of Object.values<ViewerRoute>(viewerApi))
      pass(method, path, { priority, repeat, request: FORWARDED_REQUEST, response: FORWARDED_RESPONSE });
    const oidc = { priority: 'starting', repeat: 'method', request: 'end-to-end', response: 'end-to-end' } as const;
    for (const path of ['/oidc', '/oidc/*']) pass(OIDC_METHODS, path, oidc);
  });
}

interface Forwarding {
  readonly gateway: HttpsClient;
  readonly choice: RegionChoice;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly passing: Passing;
}

async function forward({ gateway, choice, request, reply, passing }: Forwarding): Promise<FastifyReply> {
  const { method, url, headers } = request;
  const body = Buffer.isBuffer(request.body) ? request.body : undefined;
  const { home, session } = destinationOf(headers, body);
  const region = choice.choose(home, session ?? request.id);
  const key = single(headers['idempotency-key']);
  const answer = await gateway
    .request({
      method,
      path: url,
      headers:
        passing.request === 'end-to-end' ? forwardedHeaders(headers, request.ip) : picked(headers, passing.request),
      // The route's, or less when the viewer asked for less.
      priority: currentRequest()?.priority ?? passing.priority,
      idempotent: mayRepeat(passing, method, key),
      ...(key === undefined || passing.repeat === 'method' ? {} : { idempotencyKey: key }),
      ...(body === undefined ? {} : { body }),
      ...(region === undefined ? {} : { prefer: region }),
      ...(session === undefined ? {} : { stickyKey: session }),
    })
    .catch((thrown: unknown) => {
      choice.saw(region, undefined);
      throw thrown;
    });
  choice.saw(region, standingOf(answer));
  reply.code(answer.status);
  reply.headers(
    passing.response === 'end-to-end' ? endToEnd(answer.headers) : picked(answer.headers, passing.response),
  );
  reply.header('x-faultflix-region', answer.endpoint.region);
  return reply.send(answer.body);
}

function mayRepeat({ repeat }: Passing, method: string, key: string | undefined): boolean {
  if (repeat === 'method') return method === 'GET' || method === 'OPTIONS';
  return repeat === 'safe' || key !== undefined;
}

/** Whether the region that answered is well: an error that it passes on from another service does not speak against it. */
function standingOf({ status, headers, endpoint }: HttpsResponse): { region: Region; well: boolean } | undefined {
  if (!isRegion(endpoint.region)) return undefined;
  const own = headers[RELAYED_HEADER] === undefined;
  return { region: endpoint.region, well: !(own && (status === 502 || status === 503 || status === 504)) };
}

function picked(headers: Readonly<Record<string, string | string[] | undefined>>, names: readonly string[]) {
  const found = names.map((name) => [name, single(headers[name])] as const);
  return Object.fromEntries(found.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

const single = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value);
