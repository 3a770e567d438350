import type { Clock } from '#base/clock.ts';
import {
  type AccessKeys,
  accessKeys,
  readAccessToken,
  type SignedIn,
  signedByUnknownKey,
} from '#contracts/access-token.ts';
import type { UsersDefinition } from '#contracts/generated/faultflix/users/v1/Users.ts';
import type { Client } from '#kit/service.ts';

export interface SignedInParts {
  readonly users: Pick<Client<UsersDefinition>, 'getKeys'>;
  readonly clock: Clock;
}

/** Keys are published long before they sign, so a minute changes nothing. */
const FRESH_MS = 60_000;
/** Tokens with an unknown key may be made up by anybody: they make us ask this often at most. */
const ASK_AGAIN_MS = 5_000;

export interface SignedInReader {
  /** Who sent the header. Throws `unauthenticated`, or what kept us from any key when none was ever known. */
  read(header: string | undefined): Promise<SignedIn>;
}

/**
 * Access tokens are checked here, without a call: with the keys that `users` last gave, for as long as it is out. Old keys
 * are asked for anew in the background; a token whose key is not known waits for one question.
 */
export function signedInReader({ users, clock }: SignedInParts): SignedInReader {
  let known: AccessKeys | undefined;
  let askedAtMs = Number.NEGATIVE_INFINITY;
  let asking: Promise<AccessKeys> | undefined;

  const ask = (): Promise<AccessKeys> => {
    if (asking !== undefined) return asking;
    askedAtMs = clock.now();
    asking = users
      .getKeys({}, { priority: 'starting' })
      .then(({ jwks }) => {
        known = accessKeys(jwks);
        return known;
      })
      .finally(() => {
        asking = undefined;
      });
    return asking;
  };

  return {
    async read(header) {
      const first = known ?? (await ask());
      if (clock.now() - askedAtMs > FRESH_MS) ask().catch(() => undefined); // the last known stay
      try {
        return await readAccessToken(header, { keys: first, nowMs: clock.now() });
      } catch (refused) {
        if (!signedByUnknownKey(refused) || clock.now() - askedAtMs < ASK_AGAIN_MS) throw refused;
        const fresh = await ask().catch(() => undefined);
        if (fresh === undefined) throw refused;
        return readAccessToken(header, { keys: fresh, nowMs: clock.now() });
      }
    },
  };
}
