import type { Clock } from '#base/clock.ts';
import { FaultflixError } from '#base/errors.ts';
import type { EtcdCluster } from './cluster.ts';
import { type LeaseGrantAnswer, methods, type Wide } from './protocol.ts';

interface Granted {
  readonly id: Promise<Wide>;
  /** Until then a row attached to it lives long enough. */
  readonly usableUntilMs: number;
}

/** Longest that a row may outlive its time: a tenth of it, at least this. */
const SLACK_MS = 1_000;
const MOST_KEPT = 1_000;

/**
 * A lease costs a commit of its own, so rows of one time to live that are written soon after each other share one: granted
 * for a tenth more, it serves for as long as that tenth lasts.
 */
export class Leases {
  readonly #cluster: Pick<EtcdCluster, 'ask'>;
  readonly #clock: Clock;
  readonly #granted = new Map<number, Granted>();

  constructor(cluster: Pick<EtcdCluster, 'ask'>, clock: Clock) {
    this.#cluster = cluster;
    this.#clock = clock;
  }

  /** A lease to which rows that shall live `ttlMs` can be attached. */
  async lasting(ttlMs: number): Promise<Wide> {
    const now = this.#clock.now();
    const kept = this.#granted.get(ttlMs);
    if (kept && kept.usableUntilMs > now) return kept.id;
    const slackMs = Math.max(SLACK_MS, ttlMs / 10);
    // A lease that was granted twice for want of an answer runs out unused.
    const id = this.#cluster
      .ask<LeaseGrantAnswer>(methods.leaseGrant, { TTL: Math.ceil((ttlMs + slackMs) / 1_000) })
      .then((answer) => {
        if (answer.error) throw new FaultflixError('unavailable', `no lease: ${answer.error}`, { where: 'store' });
        return answer.ID;
      });
    // Half of the slack is for the commit that follows.
    this.#keep(ttlMs, { id, usableUntilMs: now + slackMs / 2 });
    id.catch(() => this.#granted.delete(ttlMs));
    return id;
  }

  /** What was granted may be gone: as when the cluster was away for long. */
  forget(): void {
    this.#granted.clear();
  }

  #keep(ttlMs: number, granted: Granted): void {
    this.#granted.delete(ttlMs);
    this.#granted.set(ttlMs, granted);
    for (const oldest of this.#granted.keys()) {
      if (this.#granted.size <= MOST_KEPT) break;
      this.#granted.delete(oldest);
    }
  }
}
