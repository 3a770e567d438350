import type { Clock } from '#base/clock.ts';
import type { NewEvent, Store, Transaction } from '#platform/stores/store.ts';
import { memoryStore } from '#platform/stores/testing.ts';
import type { Documents } from '../changes.ts';

/** A store, and what was emitted by what was committed. */
export class TestStore implements Documents {
  readonly events: NewEvent[] = [];
  readonly get: Documents['get'];
  readonly list: Documents['list'];
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
    this.get = (collection, id) => this.#store.get(collection, id);
    this.list = (collection, query) => this.#store.list(collection, query);
  }

  async transact<R>(body: (tx: Transaction) => Promise<R>): Promise<R> {
    let emitted: NewEvent[] = [];
    const result = await this.#store.transact((tx) => {
      emitted = [];
      return body({
        get: (collection, id) => tx.get(collection, id),
        put: (collection, id, value, options) => tx.put(collection, id, value, options),
        delete: (collection, id) => tx.delete(collection, id),
        emit: (event) => {
          emitted.push(event);
          tx.emit(event);
        },
      });
    });
    this.events.push(...emitted);
    return result;
  }
}

/** Empty, in memory. */
export const freshStore = (clock: Clock): TestStore => new TestStore(memoryStore({ service: 'billing', clock }));
