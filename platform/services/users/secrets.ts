import { createHmac, randomBytes } from 'node:crypto';
import type { Store } from '#platform/stores/store.ts';
import { secrets } from './collections.ts';

export interface Secrets {
  /** Finds mail addresses and counts attempts. Never changes: what was found by it would be lost. */
  readonly lookup: Buffer;
  /** Signs cookies and forms. */
  readonly cookies: Buffer;
}

/** Those of the store; the first pod ever makes them, and two first pods agree. */
export async function loadSecrets(store: Store): Promise<Secrets> {
  const fresh = { lookup: randomBytes(32).toString('base64'), cookies: randomBytes(32).toString('base64') };
  const { lookup, cookies } =
    (await store.get(secrets, 'users')) ??
    (await store.transact(async (tx) => {
      const known = await tx.get(secrets, 'users');
      if (known === undefined) tx.put(secrets, 'users', fresh);
      return known ?? fresh;
    }));
  return { lookup: Buffer.from(lookup, 'base64'), cookies: Buffer.from(cookies, 'base64') };
}

/** Lower-case hex. The parts are kept apart: `a`,`bc` is not `ab`,`c`. */
export const keyedHash = (key: Buffer, ...parts: readonly string[]): string =>
  createHmac('sha256', key).update(JSON.stringify(parts)).digest('hex').slice(0, 40);
