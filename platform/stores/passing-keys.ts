import { randomBytes } from 'node:crypto';
import { KeyRing, mountedKeyRing } from './key-ring.ts';

/** The mounted keys, or one for this process alone. */
export function passingKeys(env: Readonly<Record<string, string | undefined>> = {}): KeyRing {
  try {
    return mountedKeyRing(env);
  } catch (thrown) {
    if ((thrown as { code?: string }).code !== 'could-not-run') throw thrown;
    return new KeyRing(JSON.stringify({ current: 'passing', keys: { passing: randomBytes(32).toString('base64') } }));
  }
}
