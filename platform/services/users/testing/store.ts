import type { Clock } from '#base/clock.ts';
import { FaultflixError } from '#base/errors.ts';
import { seededRng } from '#base/rng.ts';
import { DocumentStore } from '#platform/stores/document-store.ts';
import { MemoryEngine } from '#platform/stores/engines/memory.ts';
import { passingKeys } from '#platform/stores/passing-keys.ts';
import type { Store } from '#platform/stores/store.ts';

export interface TestStore extends Store {
  /** Everything at rest, as bytes read as text: to look for what must not be there. */
  dump(): Promise<string>;
  /** While set, every call rejects with `unavailable`. */
  out: boolean;
}

/** The real store over memory, which can be made to be out and looked into. */
export function testStore(clock: Clock): TestStore {
  const engine = new MemoryEngine({ clock });
  const real = new DocumentStore({ engine, service: 'users', ring: passingKeys(), clock, rng: seededRng(1) });
  const asked = <T>(ask: () => Promise<T>): Promise<T> =>
    store.out ? Promise.reject(new FaultflixError('unavailable', 'the store is out')) : ask();
  const store: TestStore = {
    out: false,
    dump: async () => {
      const rows = await engine.range({ from: '!', to: '~', limit: 100_000 });
      return rows.map(({ key, value }) => `${key} ${Buffer.from(value).toString('latin1')}`).join('\n');
    },
    get: (collection, id) => asked(() => real.get(collection, id)),
    list: (collection, query) => asked(() => real.list(collection, query)),
    transact: (body) => asked(() => real.transact(body)),
    consume: (options) => real.consume(options),
    close: () => real.close(),
  };
  return store;
}

export interface FakeClock extends Clock {
  nowMs: number;
}

export const fakeClock = (nowMs = 1_800_000_000_000): FakeClock => {
  const clock: FakeClock = {
    nowMs,
    now: () => clock.nowMs,
    sleep: async (ms) => {
      clock.nowMs += ms;
    },
  };
  return clock;
};
