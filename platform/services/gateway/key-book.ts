import { createHash } from 'node:crypto';
import type { Clock } from '#base/clock.ts';
import { FaultflixError } from '#base/errors.ts';
import { Recent } from './recent.ts';

interface Entry {
  readonly fingerprint: string;
  readonly untilMs: number;
}

const CAPACITY = 20_000;
const TTL_MS = 24 * 3_600_000;

/**
 * Which request an Idempotency-Key stands for. A key that comes with another body is refused here, before anything is
 * asked or written. A viewer's requests come to one gateway while that is well (the router is sticky); should they come to
 * another, the services' own memory of keys decides.
 */
export class KeyBook {
  readonly #clock: Clock;
  readonly #entries = new Recent<Entry>(CAPACITY);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Throws `conflict` when the key stands for another request. `scope`: whose key, for which operation. */
  claim(scope: string, key: string, request: unknown): void {
    const fingerprint = createHash('sha256').update(JSON.stringify(request)).digest('base64');
    const nowMs = this.#clock.now();
    const known = this.#entries.get(`${scope}\n${key}`);
    if (known !== undefined && known.untilMs > nowMs && known.fingerprint !== fingerprint)
      throw new FaultflixError('conflict', 'this idempotency key came with another request before', {
        where: 'header idempotency-key',
        expected: 'the same request again',
        todo: 'a new key for a new request',
      });
    this.#entries.set(`${scope}\n${key}`, { fingerprint, untilMs: nowMs + TTL_MS });
  }
}
