import type { Clock } from '#base/clock.ts';
import type { Store } from '#platform/stores/store.ts';
import { attempts } from '../collections.ts';

/**
 * Guessing is slowed down without locking anybody out: after OWASP's "Slow Down Online Guessing Attacks with Device
 * Cookies" (https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies).
 *
 * Failures are counted for the account together with where they come from: a device that has signed in before (its cookie),
 * else the source's address. So who guesses makes only himself wait. When an account is guessed from everywhere, or a
 * source guesses at many accounts, what is new gets one try instead of five: never none, and a known device is not concerned.
 */
export interface DelayPolicy {
  /** Failures that cost nothing: people mistype. */
  readonly free: number;
  readonly firstMs: number;
  readonly maxMs: number;
}

export const lockOut = {
  /** NIST SP 800-63B, 5.2.2, allows 100 failures in a row; with these delays that takes a day. */
  known: { free: 10, firstMs: 1_000, maxMs: 15 * 60_000 },
  unknown: { free: 5, firstMs: 1_000, maxMs: 15 * 60_000 },
  besieged: { free: 1, firstMs: 30_000, maxMs: 3_600_000 },
  /** Of one source at all accounts together. Short at most: many may share an address. */
  source: { free: 200, firstMs: 1_000, maxMs: 15_000 },
  /** Failures of an account from everywhere, or of a source at all accounts, from which on they are besieged. */
  siege: { account: 50, source: 200 },
  forgottenAfterMs: 24 * 3_600_000,
} as const;

/** How long after the last of so many failures the next try is let through. */
export const delayMs = (failures: number, { free, firstMs, maxMs }: DelayPolicy): number =>
  failures < free ? 0 : Math.min(maxMs, firstMs * 2 ** Math.min(failures - free, 40));

export interface Attempt {
  /** Id of the account's mail address; whether there is an account makes no difference. */
  readonly mailId: string;
  /** Id of the network it comes from. */
  readonly source: string;
  /** Id of the device's cookie, when it is good for this account. */
  readonly device: string | undefined;
}

/** The try is let through, and counted as failed here until one of these is called. */
export interface Entered {
  readonly waitMs: 0;
  succeeded(): Promise<void>;
  failed(): Promise<void>;
  /** The password was never looked at. */
  abandoned(): Promise<void>;
}

export type Entrance = Entered | { readonly waitMs: number; readonly succeeded?: undefined };

interface Count {
  readonly failures: number;
  readonly lastMs: number;
}

const none: Count = { failures: 0, lastMs: 0 };
const options = { ttlMs: lockOut.forgottenAfterMs };

export class LockOut {
  readonly #store: Store;
  readonly #clock: Clock;

  constructor({ store, clock }: { readonly store: Store; readonly clock: Clock }) {
    this.#store = store;
    this.#clock = clock;
  }

  /**
   * Counts the try before the password is looked at, so that a thousand at once are a thousand. A try that must wait is
   * neither looked at nor counted. What is counted of a whole account or source is written only by failures: all who sign
   * in from one address must not meet at one document.
   */
  async enter({ mailId, source, device }: Attempt): Promise<Entrance> {
    const place = `p.${mailId}.${device ?? source}`;
    const wider = device === undefined ? [`a.${mailId}`, `s.${source}`] : [];
    const nowMs = this.#clock.now();
    const [atAccount = none, fromSource = none] = await Promise.all(
      wider.map(async (id) => current(await this.#store.get(attempts, id), nowMs)),
    );
    const besieged = atAccount.failures >= lockOut.siege.account || fromSource.failures >= lockOut.siege.source;
    const policy = device !== undefined ? lockOut.known : besieged ? lockOut.besieged : lockOut.unknown;
    const waitMs = await this.#store.transact(async (tx) => {
      const here = current(await tx.get(attempts, place), nowMs);
      const longest = Math.max(left(here, policy, nowMs), left(fromSource, lockOut.source, nowMs));
      if (longest === 0) tx.put(attempts, place, { failures: here.failures + 1, lastMs: nowMs }, options);
      return longest;
    });
    if (waitMs > 0) return { waitMs };
    return {
      waitMs: 0,
      succeeded: () => this.#store.transact(async (tx) => tx.delete(attempts, place)),
      failed: async () => {
        for (const id of wider) await this.#add(id, 1);
      },
      abandoned: () => this.#add(place, -1),
    };
  }

  #add(id: string, failures: number): Promise<void> {
    const lastMs = this.#clock.now();
    return this.#store.transact(async (tx) => {
      const count = current(await tx.get(attempts, id), lastMs);
      tx.put(attempts, id, { failures: Math.max(0, count.failures + failures), lastMs }, options);
    });
  }
}

const current = (count: Count | undefined, nowMs: number): Count =>
  count === undefined || nowMs - count.lastMs >= lockOut.forgottenAfterMs ? none : count;

const left = ({ failures, lastMs }: Count, policy: DelayPolicy, nowMs: number): number =>
  Math.max(0, lastMs + delayMs(failures, policy) - nowMs);
