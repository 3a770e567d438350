import { FaultflixError } from '#base/errors.ts';
import type { Store } from '#platform/stores/store.ts';

/** Stands where a store should: out, always. Playback goes on without, as it does when the store is out later. */
const out = async (): Promise<never> => {
  throw new FaultflixError('unavailable', 'there is no store');
};

export const noStore: Store = { get: out, list: out, transact: out, consume: out, close: async () => undefined };
