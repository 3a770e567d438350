import { FaultflixError } from '#base/errors.ts';
import { randomHex } from '#kit/ids.ts';
import type { Store } from '#platform/stores/store.ts';
import { profiles, type StoredProfile } from './collections.ts';
import { checkedId, checkedMaxAge, checkedName } from './input.ts';
import { keyedHash, type Secrets } from './secrets.ts';

export const PROFILE_LIMIT = 5;

export interface NewProfile {
  readonly account: string;
  readonly name: string;
  readonly maxAge: number;
}

/** All reject with `not-found` for an account that is none. */
export class Profiles {
  readonly #store: Store;
  readonly #secrets: Secrets;

  constructor({ store, secrets }: { readonly store: Store; readonly secrets: Secrets }) {
    this.#store = store;
    this.#secrets = secrets;
  }

  async list(account: string): Promise<readonly StoredProfile[]> {
    const id = checkedId(account, 'account');
    const found = await this.#store.get(profiles, id);
    if (found) return found.profiles;
    throw noAccount(account);
  }

  /** The id follows from the key, so that the same key gives the same profile on every pod. Rejects with `conflict`. */
  async create({ account, name, maxAge }: NewProfile, idempotencyKey: string | undefined): Promise<StoredProfile> {
    const of = checkedId(account, 'account');
    const fresh = { name: checkedName(name, 'name'), maxAge: checkedMaxAge(maxAge) };
    const key = idempotencyKey;
    const id = `p${key === undefined ? randomHex(8) : keyedHash(this.#secrets.lookup, 'profile', of, key).slice(0, 16)}`;
    return this.#store.transact(async (tx) => {
      const current = await tx.get(profiles, of);
      if (current === undefined) throw noAccount(account);
      const same = current.profiles.find((profile) => profile.id === id);
      if (same) {
        if (same.name === fresh.name && same.maxAge === fresh.maxAge) return same;
        throw new FaultflixError('conflict', 'this idempotency key came with another profile before', {
          where: 'idempotency-key',
          expected: 'the same request again, or a new key',
        });
      }
      if (current.profiles.length >= PROFILE_LIMIT)
        throw new FaultflixError('conflict', 'the account has as many profiles as it may', {
          expected: `at most ${PROFILE_LIMIT}`,
          todo: 'delete one first',
        });
      const made = { id, ...fresh };
      tx.put(profiles, of, { profiles: [...current.profiles, made] });
      return made;
    });
  }

  /** One that is gone already counts as deleted. */
  async delete(account: string, profile: string): Promise<void> {
    const of = checkedId(account, 'account');
    const id = checkedId(profile, 'id');
    await this.#store.transact(async (tx) => {
      const current = await tx.get(profiles, of);
      if (current === undefined) throw noAccount(account);
      const rest = current.profiles.filter((each) => each.id !== id);
      if (rest.length < current.profiles.length) tx.put(profiles, of, { profiles: rest });
    });
  }
}

const noAccount = (received: string) =>
  new FaultflixError('not-found', 'no such account', { where: 'account', received });
