import type { Clock } from '#base/clock.ts';
import { checkSignature, type SignedPath } from '#contracts/signed-path.ts';

/** Streams that play at one edge at a time, and some that have just ended: 3 MB. */
const MOST = 10_000;

/** Signatures that were found right: a stream has one for all its segments, so its HMAC is computed once. */
export class Signatures {
  readonly #key: Buffer;
  readonly #clock: Clock;
  readonly #right = new Map<string, SignedPath>();

  constructor(key: Buffer, clock: Clock) {
    this.#key = key;
    this.#clock = clock;
  }

  /** Throws `forbidden`, as `checkSignature`. */
  check(signature: string, media: string): SignedPath {
    const nowMs = this.#clock.now();
    const name = `${signature}/${media}`; // neither has a slash
    const known = this.#right.get(name);
    if (known !== undefined && nowMs < known.expiresAtMs) return known;
    this.#right.delete(name);
    const path = checkSignature({ signature, media, nowMs }, this.#key);
    this.#right.set(name, path);
    if (this.#right.size > MOST) this.#right.delete(this.#right.keys().next().value!);
    return path;
  }
}
