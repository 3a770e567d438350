import type { FastifyInstance } from 'fastify';
import type Provider from 'oidc-provider';
import { FaultflixError } from '#base/errors.ts';
import type { KeyKeeper } from '../keys/keeper.ts';
import { type InteractionParts, interactionRoutes } from './interactions.ts';
import type { ProviderParts } from './provider.ts';

export interface OidcParts extends Omit<InteractionParts, 'provider'>, Omit<ProviderParts, 'keys'> {
  readonly keys: Pick<KeyKeeper, 'version' | 'inOrder'>;
}

/** The largest form of OAuth, a device's code or a refresh token among it, is under 1 kB. */
const MOST_BYTES = 16_384;

/** Everything below `/oidc`: our own pages, and the rest as oidc-provider answers it. */
export async function oidcRoutes(app: FastifyInstance, parts: OidcParts): Promise<void> {
  const provider = currentProvider(parts);
  await app.register(async (scope) => interactionRoutes(scope, { ...parts, provider }));
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    // oidc-provider reads the body itself.
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null, undefined));
    scope.route({
      method: ['GET', 'HEAD', 'POST', 'OPTIONS'],
      url: '/oidc/*',
      config: { priority: 'starting' },
      handler: async (request, reply) => {
        const bytes = Number(request.headers['content-length'] ?? 0);
        if (bytes > MOST_BYTES) throw tooLarge(bytes);
        const answer = (await provider()).callback();
        reply.hijack();
        // How oidc-provider learns below which path it is served.
        Object.assign(request.raw, { originalUrl: request.raw.url });
        request.raw.url = request.raw.url!.slice('/oidc'.length);
        await answer(request.raw, reply.raw);
      },
    });
  });
}

/** The provider with the keys of now: made anew when they turn, since its keys are fixed. Its state is in the store. */
function currentProvider(parts: OidcParts): () => Promise<Provider> {
  let made: { readonly version: string; readonly provider: Promise<Provider> } | undefined;
  return () => {
    const { version } = parts.keys;
    if (made?.version !== version) {
      const provider = import('./provider.ts').then(({ makeProvider }) =>
        makeProvider({ ...parts, keys: parts.keys.inOrder() }),
      );
      made = { version, provider };
      provider.catch(() => {
        made = undefined; // the next request tries again
      });
    }
    return made.provider;
  };
}

const tooLarge = (bytes: number) =>
  new FaultflixError('too-large', 'the form is too large', {
    expected: `at most ${MOST_BYTES} bytes`,
    received: `${bytes} bytes`,
    where: 'body',
  });
