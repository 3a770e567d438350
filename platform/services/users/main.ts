/** Accounts, profiles, and signing in: gRPC `Users`, and OpenID Connect under `/oidc`. */
import { asFaultflixError } from '#base/errors.ts';
import { type ServiceContext, startService } from '#kit/service.ts';
import { openStore } from '#platform/stores/open.ts';
import { type UsersService, usersService } from './service.ts';

const RETRY_MS = 1_000;

/** Waits for the store: without its keys nobody could be told from anybody. The pod is not ready as long. */
async function open(context: ServiceContext): Promise<UsersService> {
  const { clock, log, metrics, env, ending } = context;
  const redirects = (env.FAULTFLIX_WATCH_REDIRECTS ?? '').split(',').filter(Boolean);
  const store = await openStore(context);
  for (;;) {
    try {
      const service = await usersService({ store, clock, log, metrics, redirects });
      service.keys.keep(ending).catch((err: unknown) => log.error({ err }, 'the signing keys are not kept any more'));
      return service;
    } catch (thrown) {
      const { code } = asFaultflixError(thrown);
      if (code !== 'unavailable' && code !== 'deadline-exceeded') throw thrown;
      log.warn({ err: thrown }, 'the store cannot be asked: waiting for it');
      await clock.sleep(RETRY_MS, ending);
    }
  }
}

let opened: Promise<UsersService> | undefined;
const service = (context: ServiceContext): Promise<UsersService> => {
  opened ??= open(context);
  return opened;
};

await startService({
  name: 'users',
  grpc: async (context) => (await service(context)).grpc,
  https: async (app, context) => (await service(context)).routes(app),
});
