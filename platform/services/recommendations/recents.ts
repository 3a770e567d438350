import type { Clock } from '#base/clock.ts';
import { asFaultflixError } from '#base/errors.ts';
import { Patience } from '#platform/stores/patience.ts';
import type { ConsumeOptions, Store, StoredEvent, Transaction } from '#platform/stores/store.ts';
import { eventKinds, type ProfileEvent, recents } from './collections.ts';

export const recentsDefaults = {
  /** Events of a profile that are kept: also how far back one that comes again is known. */
  most: 100,
  /** Longest that a home row waits for them; the gateway gives a home 800 ms in all. */
  waitMs: 400,
  /** Between two tries to open a store that cannot be opened. */
  againMs: 2_000,
} as const;

/** What profiles did lately, in the store: whichever pod is asked knows what another was told. */
export class RecentEvents {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #patience: Patience;

  constructor({ store, clock }: { readonly store: Store; readonly clock: Clock }) {
    this.#store = store;
    this.#clock = clock;
    this.#patience = new Patience(clock, recentsDefaults);
  }

  /** The latest first; `out` says why they cannot be had now. */
  of(profile: string): Promise<{ readonly value: readonly ProfileEvent[] } | { readonly out: string }> {
    return this.#patience.ask(async () => (await this.#store.get(recents, profile))?.events ?? []);
  }

  /** Rejects as the store does: whoever records something is told whether it is kept. */
  async add(profile: string, events: readonly ProfileEvent[]): Promise<void> {
    await this.#store.transact((tx) => put(tx, profile, events));
  }

  /** Takes what playback says that profiles watched, until the signal aborts; a store that cannot be opened is tried again. */
  async follow(signal: AbortSignal): Promise<void> {
    const options: ConsumeOptions = { consumer: 'watched', types: ['profile.watched'], handle: takeWatched, signal };
    while (!signal.aborted) {
      try {
        await this.#store.consume(options);
      } catch (thrown) {
        if (asFaultflixError(thrown).code !== 'unavailable') throw thrown;
        await this.#clock.sleep(recentsDefaults.againMs, signal).catch(() => undefined);
      }
    }
  }
}

/** An event of another shape is none of ours and is passed by: it would stand in the way of all that follow. */
export async function takeWatched({ id, subject, data, atMs }: StoredEvent, tx: Transaction): Promise<void> {
  const { titleId, kind } = (typeof data === 'object' && data !== null ? data : {}) as Record<string, unknown>;
  if (typeof titleId !== 'string' || titleId === '' || (kind !== 'play' && kind !== 'finish')) return;
  await put(tx, subject, [{ id, kind, titleId: titleOf(titleId), atMs }]);
}

async function put(tx: Transaction, profile: string, events: readonly ProfileEvent[]): Promise<void> {
  const known = (await tx.get(recents, profile))?.events ?? [];
  const all = withEvents(known, events);
  if (all !== known) tx.put(recents, profile, { events: [...all] });
}

/** The latest first, each id once; the same list when there is nothing new. */
export function withEvents(known: readonly ProfileEvent[], events: readonly ProfileEvent[]): readonly ProfileEvent[] {
  const ids = new Set(known.map(({ id }) => id));
  const fresh = events.filter(({ id }) => !ids.has(id) && ids.add(id));
  if (fresh.length === 0) return known;
  return [...fresh, ...known].sort((a, b) => b.atMs - a.atMs).slice(0, recentsDefaults.most);
}

/** `<title>.s1e2` is an episode: docs of `platform/stores/titles.ts`. */
export const titleOf = (id: string): string => id.split('.', 1)[0]!;

export const isEventKind = (kind: string): kind is ProfileEvent['kind'] =>
  (eventKinds as readonly string[]).includes(kind);
