import type { Clock } from '#base/clock.ts';
import { FaultflixError } from '#base/errors.ts';
import type { Profile__Output } from '#contracts/generated/faultflix/users/v1/Profile.ts';
import type { UsersDefinition } from '#contracts/generated/faultflix/users/v1/Users.ts';
import type { Viewer } from '#contracts/play-token.ts';
import type { Client, ServiceContext } from '#kit/service.ts';
import { Recent } from '../recent.ts';

export interface ProfilesParts {
  readonly users: Pick<Client<UsersDefinition>, 'listProfiles'>;
  readonly context: Pick<ServiceContext, 'withFallback'>;
  readonly clock: Clock;
}

export interface Profiles {
  /** Of an account; those last known, with `degraded`, while `users` is out. Throws what kept us when none are known. */
  of(account: string): Promise<{ readonly profiles: readonly Profile__Output[]; readonly degraded: boolean }>;
  /** A profile of the viewer's own account. Throws `not-found` for any other, `bad-input` where there is no account. */
  own(viewer: Viewer, id: string): Promise<Profile__Output>;
  /** They have changed. */
  forget(account: string): void;
}

const ACCOUNTS = 5_000;
const FRESH_MS = 60_000;

export function profilesOf({ users, context, clock }: ProfilesParts): Profiles {
  const known = new Recent<{ readonly profiles: readonly Profile__Output[]; readonly atMs: number }>(ACCOUNTS);
  const of: Profiles['of'] = async (account) => {
    const last = known.get(account);
    if (last !== undefined && clock.now() - last.atMs < FRESH_MS) return { profiles: last.profiles, degraded: false };
    const { value, degraded } = await context.withFallback<readonly Profile__Output[]>({
      name: 'profiles',
      call: async () => {
        const { profiles } = await users.listProfiles({ account });
        known.set(account, { profiles, atMs: clock.now() });
        return profiles;
      },
      instead: (reason) => {
        if (last === undefined) throw reason;
        return last.profiles;
      },
    });
    return { profiles: value, degraded };
  };
  return {
    of,
    async own({ account }, id) {
      if (account === undefined)
        throw new FaultflixError('bad-input', 'a session without an account has no profiles', {
          where: 'profile',
          todo: 'POST /v1/session with an access token',
        });
      const own = (await of(account)).profiles.find((profile) => profile.id === id);
      if (own !== undefined) return own;
      throw new FaultflixError('not-found', 'the account has no such profile', { where: 'profile' });
    },
    forget: (account) => known.delete(account),
  };
}
