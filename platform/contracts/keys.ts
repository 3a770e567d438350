import { readFileSync } from 'node:fs';
import { FaultflixError } from '#base/errors.ts';
import { mounted } from '#base/mounts.ts';

/** Where the Secret `play-keys` is mounted. */
export const PLAY_KEYS = '/var/run/faultflix/keys';

/** The key of play tokens and signed paths. Throws `could-not-run` when the volume lacks it or it is short. */
export function readPlayKey(env: Readonly<Record<string, string | undefined>> = process.env): Buffer {
  const file = mounted(`${PLAY_KEYS}/hmac.key`, env);
  const problem = { where: file, expected: 'at least 32 bytes, from Secret play-keys' };
  let key: Buffer;
  try {
    key = readFileSync(file);
  } catch (cause) {
    throw new FaultflixError('could-not-run', 'no key to sign with', { ...problem, cause });
  }
  if (key.length >= 32) return key;
  throw new FaultflixError('could-not-run', 'the key to sign with is too short', {
    ...problem,
    received: `${key.length} bytes`,
  });
}
