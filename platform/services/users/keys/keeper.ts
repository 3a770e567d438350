import type { Logger } from 'pino';
import type { Clock } from '#base/clock.ts';
import type { Store } from '#platform/stores/store.ts';
import { signingKeys } from '../collections.ts';
import { makeKey, publicKeys, type Ring, type RingTimes, ringTimes, signingOrder, turned } from './ring.ts';

export interface KeeperParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'info' | 'warn'>;
  readonly times?: RingTimes;
}

/** How often a pod looks whether the ring has turned: far below `aheadMs`. */
const LOOK_MS = 30_000;

/** The ring of the store as this pod knows it: last known good while the store is out. */
export class KeyKeeper {
  readonly #parts: KeeperParts;
  #ring: Ring;

  /** Resolves when there is a ring; rejects as the store does. */
  static async open(parts: KeeperParts): Promise<KeyKeeper> {
    return new KeyKeeper(parts, await turn(parts));
  }

  private constructor(parts: KeeperParts, ring: Ring) {
    this.#parts = parts;
    this.#ring = ring;
  }

  /** Changes whenever another key signs or is published. */
  get version(): string {
    return this.inOrder()
      .map(({ kid }) => kid)
      .join(' ');
  }

  inOrder = () => signingOrder(this.#ring, this.#parts.clock.now());

  jwks = (): string => publicKeys(this.#ring);

  /** Looks, and turns the ring when it is time. Rejects as the store does; the keys known stay. */
  async look(): Promise<void> {
    const before = this.version;
    this.#ring = await turn(this.#parts);
    if (this.version !== before) this.#parts.log.info({ keys: this.#ring.keys.length }, 'the signing keys have turned');
  }

  /** Until the signal aborts. */
  async keep(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#parts;
    while (!signal.aborted) {
      await clock.sleep(LOOK_MS, signal).catch(() => undefined); // it rejects when the signal aborts
      if (signal.aborted) return;
      await this.look().catch((err: unknown) => log.warn({ err }, 'the signing keys cannot be read: those known stay'));
    }
  }
}

/** Of several pods that turn it at once one succeeds, and the others see its ring. */
async function turn({ store, clock, times = ringTimes }: KeeperParts): Promise<Ring> {
  const nowMs = clock.now();
  const known = (await store.get(signingKeys, 'ring')) ?? { keys: [] };
  if ((await turned(known, nowMs, makeKey, times)) === known) return known;
  return store.transact(async (tx) => {
    const current = (await tx.get(signingKeys, 'ring')) ?? { keys: [] };
    const next = await turned(current, nowMs, makeKey, times);
    if (next !== current)
      tx.put(signingKeys, 'ring', { keys: next.keys.map((key) => ({ ...key, jwk: { ...key.jwk } })) });
    return next;
  });
}
