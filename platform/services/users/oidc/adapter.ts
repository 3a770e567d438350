import { createHash, randomUUID } from 'node:crypto';
import type { Adapter, AdapterPayload } from 'oidc-provider';
import { asFaultflixError } from '#base/errors.ts';
import type { Store } from '#platform/stores/store.ts';
import { oidcIndex, oidcModels, revokedGrants } from '../collections.ts';

/** What oidc-provider tolerates of clocks; what it stores outlives its own end by as much. */
export const SKEW_SECONDS = 60;
/** Longest that anything is issued for: refresh tokens, grants and sessions. */
export const LONGEST_SECONDS = 14 * 24 * 3_600;

/** An error of `oidc-provider`'s kind: it makes status and body of these. */
export type OidcFault = (status: number, code: string, description: string) => Error;

export interface AdapterParts {
  readonly store: Store;
  readonly fault: OidcFault;
  /** A token was used twice. */
  readonly onReuse: (model: string) => void;
}

type Payload = Record<string, unknown>;

/**
 * oidc-provider's state over the store. Tokens are found by their SHA-256; one document of a revoked grant voids whatever
 * was issued under it; and using a token up is a transaction, so that of two uses at once one is a reuse.
 */
export class StoreAdapter implements Adapter {
  readonly #model: string;
  readonly #parts: AdapterParts;

  constructor(model: string, parts: AdapterParts) {
    this.#model = model;
    this.#parts = parts;
  }

  upsert(token: string, payload: AdapterPayload, expiresInSeconds?: number): Promise<void> {
    return this.#asked(async (store) => {
      const id = this.#id(token);
      const seconds = expiresInSeconds ?? LONGEST_SECONDS;
      const options = { ttlMs: (seconds + SKEW_SECONDS) * 1_000 };
      const { uid, userCode } = payload;
      await store.transact(async (tx) => {
        tx.put(oidcModels, id, { payload: plain(payload) }, options);
        if (this.#model === 'Session' && uid) tx.put(oidcIndex, indexId('uid', uid), { id }, options);
        if (userCode) tx.put(oidcIndex, indexId('user-code', userCode), { id }, options);
      });
    });
  }

  find(token: string): Promise<AdapterPayload | undefined> {
    return this.#asked((store) => this.#read(store, this.#id(token)));
  }

  findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return this.#asked((store) => this.#lookUp(store, indexId('uid', uid)));
  }

  findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    return this.#asked((store) => this.#lookUp(store, indexId('user-code', userCode)));
  }

  /** Rejects with `invalid_grant`, and revokes the whole family, when another has used it up meanwhile. */
  async consume(token: string): Promise<void> {
    const me = randomUUID();
    const other = await this.#asked((store) =>
      store.transact(async (tx) => {
        const id = this.#id(token);
        const found = await tx.get(oidcModels, id);
        if (found === undefined) return undefined;
        const { payload, consumedBy } = found;
        if (consumedBy !== undefined && consumedBy !== me) return payload;
        const consumed = Math.floor(Date.now() / 1_000);
        const leftSeconds = typeof payload.exp === 'number' ? payload.exp - consumed : LONGEST_SECONDS;
        const options = { ttlMs: (Math.max(0, leftSeconds) + SKEW_SECONDS) * 1_000 };
        tx.put(oidcModels, id, { payload: { ...payload, consumed }, consumedBy: me }, options);
        return undefined;
      }),
    );
    if (other === undefined) return;
    if (typeof other.grantId === 'string') await this.revokeByGrantId(other.grantId);
    throw this.#parts.fault(400, 'invalid_grant', 'it was used already');
  }

  destroy(token: string): Promise<void> {
    return this.#asked((store) => store.transact(async (tx) => tx.delete(oidcModels, this.#id(token))));
  }

  revokeByGrantId(grantId: string): Promise<void> {
    return this.#asked((store) =>
      store.transact(async (tx) => {
        const ttlMs = (LONGEST_SECONDS + SKEW_SECONDS) * 1_000;
        tx.put(revokedGrants, sha256(grantId), { atMs: Date.now() }, { ttlMs });
      }),
    );
  }

  async #lookUp(store: Store, index: string): Promise<AdapterPayload | undefined> {
    const found = await store.get(oidcIndex, index);
    return found === undefined ? undefined : this.#read(store, found.id);
  }

  async #read(store: Store, id: string): Promise<AdapterPayload | undefined> {
    const found = await store.get(oidcModels, id);
    if (found === undefined) return undefined;
    const payload = { ...found.payload } as AdapterPayload;
    const { grantId } = payload;
    if (grantId !== undefined && this.#model !== 'Interaction' && (await store.get(revokedGrants, sha256(grantId))))
      return undefined;
    if (payload.consumed) this.#parts.onReuse(this.#model);
    return payload;
  }

  /** A store that is out is no fault of the request: 503, to be tried again. */
  async #asked<T>(ask: (store: Store) => Promise<T>): Promise<T> {
    try {
      return await ask(this.#parts.store);
    } catch (thrown) {
      const { code } = asFaultflixError(thrown);
      if (code !== 'unavailable' && code !== 'deadline-exceeded' && code !== 'conflict') throw thrown;
      throw this.#parts.fault(503, 'temporarily_unavailable', 'try again in a second');
    }
  }

  #id = (token: string): string => `${this.#model}.${sha256(token)}`;
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const indexId = (kind: string, value: string) => `${kind}.${sha256(value)}`;
/** Without what JSON does not know. */
const plain = (payload: AdapterPayload): Payload => JSON.parse(JSON.stringify(payload)) as Payload;
