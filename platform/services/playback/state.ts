import type { Clock } from '#base/clock.ts';
import { FaultflixError } from '#base/errors.ts';
import type { Metrics } from '#kit/metrics.ts';
import { Patience } from '#platform/stores/patience.ts';
import type { Store, Transaction } from '#platform/stores/store.ts';
import { positions, streams, type WatchedPosition } from './collections.ts';
import { type Claim, claimed, leaseDefaults, released, renewed } from './leases.ts';
import { resumeMs, type Seen, watched } from './watched.ts';

export interface Stream {
  readonly account: string;
  readonly profile: string;
  readonly session: string;
  readonly playback: string;
  readonly titleId: string;
}

export interface StateParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly metrics: Pick<Metrics, 'counter'>;
}

/**
 * Places among an account's streams, and where profiles stopped. While the store is out, streams start without the limit
 * and go on: somebody who pays sees a film, and somebody who shares a password sees one more. Counted, so it is known.
 */
export class State {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #patience: Patience;
  readonly #out;

  constructor({ store, clock, metrics }: StateParts) {
    this.#store = store;
    this.#clock = clock;
    this.#patience = new Patience(clock);
    this.#out = metrics.counter({
      name: 'playback_state_out_total',
      help: 'What was done without asking the store, since it was out: starts had no limit',
      labels: ['what', 'why'],
    });
  }

  /** Where to go on. Throws `conflict` when the account's streams are all in use. */
  async start(stream: Stream, limit: { readonly maxStreams: number; readonly lengthMs: number | undefined }) {
    const started = await this.#patience.ask(() =>
      this.#store.transact(async (tx) => {
        if (stream.account !== '') await this.#claim(tx, stream, { how: claimed, maxStreams: limit.maxStreams });
        if (stream.profile === '') return 0;
        const found = (await tx.get(positions, stream.profile))?.positions ?? [];
        const fromMs = resumeMs(found, stream.titleId);
        write(tx, found, { ...stream, positionMs: fromMs, nowMs: this.#clock.now(), lengthMs: limit.lengthMs });
        return fromMs;
      }),
    );
    if ('value' in started) return started.value;
    this.#out.inc({ what: 'start', why: started.out });
    return 0;
  }

  /** Keeps the place and the position. Throws `gone` when others have taken the place. */
  async beat(stream: Stream, at: { readonly positionMs: number; readonly lengthMs: number | undefined }) {
    const kept = await this.#patience.ask(() =>
      this.#store.transact(async (tx) => {
        if (stream.account !== '') await this.#claim(tx, stream, { how: renewed });
        if (stream.profile === '' || stream.titleId === '') return;
        const found = (await tx.get(positions, stream.profile))?.positions ?? [];
        write(tx, found, { ...stream, ...at, nowMs: this.#clock.now() });
      }),
    );
    if ('out' in kept) this.#out.inc({ what: 'heartbeat', why: kept.out });
  }

  /** Gives the place back. When the store is out it runs out by itself. */
  async stop({ account, playback }: Pick<Stream, 'account' | 'playback'>): Promise<void> {
    if (account === '') return;
    const stopped = await this.#patience.ask(() =>
      this.#store.transact(async (tx) => {
        const found = await tx.get(streams, account);
        if (found === undefined) return;
        const leases = [...released(found.leases, playback, this.#clock.now())];
        if (leases.length === 0) tx.delete(streams, account);
        else tx.put(streams, account, { ...found, leases }, { ttlMs: leaseDefaults.ttlMs });
      }),
    );
    if ('out' in stopped) this.#out.inc({ what: 'stop', why: stopped.out });
  }

  /** The latest first. Throws `unavailable` while the store is out. */
  async positions(profile: string): Promise<readonly WatchedPosition[]> {
    const found = await this.#patience.ask(() => this.#store.get(positions, profile));
    if ('value' in found) return found.value?.positions ?? [];
    throw new FaultflixError('unavailable', 'positions cannot be read now', { received: found.out });
  }

  async #claim(tx: Transaction, stream: Stream, { how, maxStreams }: { how: typeof claimed; maxStreams?: number }) {
    const found = await tx.get(streams, stream.account);
    const most = maxStreams ?? found?.maxStreams ?? 1;
    const claim: Claim = { ...stream, maxStreams: most, nowMs: this.#clock.now(), ttlMs: leaseDefaults.ttlMs };
    const leases = how(found?.leases ?? [], claim);
    if (leases === 'full') {
      if (how === claimed)
        throw new FaultflixError('conflict', 'all streams of the account are in use', {
          expected: `${most} at once at most`,
          todo: 'stop one of them, or choose a larger plan',
        });
      throw new FaultflixError('gone', 'another stream has taken the place of this one', {
        todo: 'start the title again',
      });
    }
    tx.put(streams, stream.account, { maxStreams: most, leases: [...leases] }, { ttlMs: leaseDefaults.ttlMs });
  }
}

function write(tx: Transaction, found: readonly WatchedPosition[], seen: Seen): void {
  const { positions: after, events } = watched(found, seen);
  tx.put(positions, seen.profile, { positions: [...after] });
  for (const event of events) tx.emit(event);
}
