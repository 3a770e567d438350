import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { Clock } from '#base/clock.ts';
import { FaultflixError } from '#base/errors.ts';
import { users } from '#contracts/users.ts';
import { type GrpcService, serve } from '#kit/context.ts';
import type { Metrics } from '#kit/metrics.ts';
import type { Store } from '#platform/stores/store.ts';
import { Accounts } from './accounts.ts';
import { usersHandlers } from './handlers.ts';
import { KeyKeeper } from './keys/keeper.ts';
import { oidcRoutes } from './oidc/routes.ts';
import { Passwords, passwordCost, type ScryptCost } from './passwords.ts';
import { Profiles } from './profiles.ts';
import { loadSecrets } from './secrets.ts';
import { signInWith } from './sign-in/sign-in.ts';

export interface ServiceParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly cost?: ScryptCost;
  readonly redirects: readonly string[];
}

export interface UsersService {
  readonly accounts: Accounts;
  readonly profiles: Profiles;
  readonly keys: KeyKeeper;
  readonly grpc: readonly GrpcService[];
  readonly routes: (app: FastifyInstance) => Promise<void>;
}

/** The parts put together. Rejects as the store does: without secrets and keys of it there is nothing to serve. */
export async function usersService(parts: ServiceParts): Promise<UsersService> {
  const { store, clock, log, metrics, cost = passwordCost, redirects } = parts;
  const [secrets, keys] = await Promise.all([loadSecrets(store), KeyKeeper.open({ store, clock, log })]);
  const derived = metrics.histogram({ name: 'password_seconds', help: 'One password hashed, waiting excluded' });
  const passwords = new Passwords({ cost, onDerived: (seconds) => derived.observe(seconds) });
  const accounts = new Accounts({ store, secrets, passwords, clock });
  const profiles = new Profiles({ store, secrets });
  const signIn = signInWith({ store, secrets, passwords, clock, metrics });
  const account = (id: string) => accounts.get(id).catch(whenNotFound);
  const cookieKey = secrets.cookies;
  return {
    accounts,
    profiles,
    keys,
    grpc: [serve(users, usersHandlers({ accounts, profiles, keys, metrics }))],
    routes: (app) => oidcRoutes(app, { store, account, cookieKey, keys, redirects, log, metrics, signIn }),
  };
}

function whenNotFound(thrown: unknown): undefined {
  if (thrown instanceof FaultflixError && thrown.code === 'not-found') return undefined;
  throw thrown;
}
