import type { FastifyInstance } from 'fastify';

export interface PageAccessOptions {
  /** Origins whose pages may read answers, besides those of this machine and of `faultflix.test`. */
  readonly origins?: readonly string[];
}

/** Pages served from this machine (the viewer's page in development) and the platform's own names. */
const OWN = /^https?:\/\/(127(\.\d{1,3}){3}|localhost|\[::1\]|([a-z0-9-]+\.)*faultflix\.test)(:\d{1,5})?$/;

const ALLOWED_HEADERS = [
  ...['authorization', 'content-type', 'idempotency-key', 'x-faultflix-home', 'traceparent', 'baggage'],
  ...['cmcd-object', 'cmcd-request', 'cmcd-session', 'cmcd-status'],
].join(', ');
const EXPOSED_HEADERS = 'retry-after, x-faultflix-region, www-authenticate, etag';

/**
 * For answers that are data: https://cheatsheetseries.owasp.org/cheatsheets/REST_Security_Cheat_Sheet.html. Whoever serves
 * a page sets its own `content-security-policy`.
 */
const DATA_HEADERS: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'cross-origin-resource-policy': 'cross-origin',
  'cache-control': 'no-store',
};

/**
 * Security headers on every answer that did not set them itself, and CORS (https://fetch.spec.whatwg.org/#http-cors-protocol)
 * without credentials: tokens are sent by code, never by the browser itself, so no page can use another's.
 */
export function pageAccess(app: FastifyInstance, { origins = [] }: PageAccessOptions = {}): void {
  const may = (origin: string) => OWN.test(origin) || origins.includes(origin);
  app.addHook('onRequest', (request, reply, done) => {
    const { origin } = request.headers;
    reply.header('vary', 'Origin');
    if (origin !== undefined && may(origin))
      reply.headers({ 'access-control-allow-origin': origin, 'access-control-expose-headers': EXPOSED_HEADERS });
    done();
  });
  app.addHook('onSend', (_request, reply, payload, done) => {
    for (const [name, value] of Object.entries(DATA_HEADERS)) if (!reply.hasHeader(name)) reply.header(name, value);
    done(null, payload);
  });
  app.options('/v1/*', { config: { priority: 'browsing' } }, async (request, reply) => {
    const { origin } = request.headers;
    if (origin !== undefined && may(origin))
      reply.headers({
        'access-control-allow-methods': 'GET, POST, DELETE',
        'access-control-allow-headers': ALLOWED_HEADERS,
        'access-control-max-age': '600',
      });
    return reply.code(204).send();
  });
}
