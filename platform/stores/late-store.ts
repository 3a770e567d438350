import type { Logger } from 'pino';
import type { Clock } from '#base/clock.ts';
import { FaultflixError } from '#base/errors.ts';
import { seldom } from '#kit/seldom.ts';
import type { Store } from './store.ts';

export interface LateStoreParts {
  readonly open: () => Promise<Store>;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'warn'>;
  /** What the service does meanwhile, for the log: `streams have no limit`. */
  readonly meanwhile: string;
}

/**
 * A store that need not be there when the service starts: for a service whose product is lesser without it, not nothing. It
 * is opened meanwhile, and again when it is asked after a failure; until then it is out.
 */
export function lateStore({ open, clock, log, meanwhile }: LateStoreParts): Store {
  const tell = seldom(clock);
  let opened: Promise<Store> | undefined = open();
  opened.catch(() => undefined); // said when it is asked
  const store = async (): Promise<Store> => {
    opened ??= open();
    try {
      return await opened;
    } catch (cause) {
      opened = undefined;
      if (tell()) log.warn({ err: cause }, `the store cannot be opened: ${meanwhile}`);
      throw new FaultflixError('unavailable', 'the store cannot be opened', { cause });
    }
  };
  return {
    get: async (collection, id) => (await store()).get(collection, id),
    list: async (collection, query) => (await store()).list(collection, query),
    transact: async (body) => (await store()).transact(body),
    consume: async (options) => (await store()).consume(options),
    close: async () => undefined, // whoever opens it closes it when the service ends
  };
}
