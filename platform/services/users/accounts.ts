import { createHash } from 'node:crypto';
import type { Clock } from '#base/clock.ts';
import { FaultflixError } from '#base/errors.ts';
import { randomHex } from '#kit/ids.ts';
import type { Store } from '#platform/stores/store.ts';
import { accounts, credentials, mails, profiles, type StoredAccount, signUps } from './collections.ts';
import { checkedCountry, checkedId, checkedMail, checkedName, checkedPassword } from './input.ts';
import type { Passwords } from './passwords.ts';
import { keyedHash, type Secrets } from './secrets.ts';

export interface AccountParts {
  readonly store: Store;
  readonly secrets: Secrets;
  readonly passwords: Passwords;
  readonly clock: Clock;
}

export interface SignUp {
  readonly mail: string;
  readonly name: string;
  readonly password: string;
  readonly country: string;
}

export type Account = StoredAccount & { readonly id: string };

/** How long a sign-up that is tried again is known by its key. */
const KEY_TTL_MS = 24 * 3_600_000;

export class Accounts {
  readonly #parts: AccountParts;

  constructor(parts: AccountParts) {
    this.#parts = parts;
  }

  /**
   * Account, password, first profile and `account.created`, together or not at all. The same key and request give the same
   * account again. Rejects with `bad-input`, or `conflict`: the key came with another request, or the address is taken.
   */
  async create(request: SignUp, idempotencyKey: string | undefined): Promise<Account> {
    const { store, secrets, passwords, clock } = this.#parts;
    const { address, lookup } = checkedMail(request.mail);
    const name = checkedName(request.name, 'name');
    const country = checkedCountry(request.country);
    const password = checkedPassword(request.password, [address, name]);
    const mailId = keyedHash(secrets.lookup, 'mail', lookup);
    const keyId = idempotencyKey === undefined ? undefined : createHash('sha256').update(idempotencyKey).digest('hex');
    const fingerprint = keyedHash(secrets.lookup, 'sign-up', address, name, country, password);
    // Looked up first: a repetition or a taken address need not cost a password's hash. The address before the key: both are
    // written at once, so who sees the address taken by this very sign-up, on another pod, then sees its key too.
    const taken = await store.get(mails, mailId);
    const before = keyId === undefined ? undefined : await store.get(signUps, keyId);
    if (before) return this.get(sameRequest(before, fingerprint));
    if (taken) throw addressTaken();
    const id = `a${randomHex(12)}`;
    const account: StoredAccount = { mail: address, name, country, createdAtMs: clock.now() };
    const hashed = await passwords.hash(password);
    const profile = { id: `p${randomHex(8)}`, name, maxAge: 0 };
    const made = await store.transact(async (tx) => {
      const holder = await tx.get(mails, mailId);
      const known = keyId === undefined ? undefined : await tx.get(signUps, keyId);
      if (known) return sameRequest(known, fingerprint);
      if (holder) throw addressTaken();
      tx.put(accounts, id, account);
      tx.put(credentials, id, { password: hashed });
      tx.put(mails, mailId, { account: id });
      tx.put(profiles, id, { profiles: [profile] });
      if (keyId !== undefined) tx.put(signUps, keyId, { account: id, fingerprint }, { ttlMs: KEY_TTL_MS });
      tx.emit({ type: 'account.created', subject: id, data: { country } });
      return id;
    });
    return made === id ? { id, ...account } : this.get(made);
  }

  /** Rejects with `not-found`. */
  async get(id: string): Promise<Account> {
    const account = await this.#parts.store.get(accounts, checkedId(id, 'id'));
    if (account === undefined) throw new FaultflixError('not-found', 'no such account', { where: 'id', received: id });
    return { id, ...account };
  }
}

function sameRequest(known: { readonly account: string; readonly fingerprint: string }, fingerprint: string): string {
  if (known.fingerprint === fingerprint) return known.account;
  throw new FaultflixError('conflict', 'this idempotency key came with another sign-up before', {
    where: 'idempotency-key',
    expected: 'the same request again, or a new key',
  });
}

const addressTaken = () =>
  new FaultflixError('conflict', 'this mail address has an account', { where: 'mail', todo: 'sign in instead' });
