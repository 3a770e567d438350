import { FaultflixError } from '#base/errors.ts';
import type { Collection, NewEvent, Store, Transaction } from '#platform/stores/store.ts';
import type { Documents } from '../changes.ts';

/** The store's port in memory, with optimistic transactions, for tests that look into it. */
export class TestStore implements Documents {
  readonly documents = new Map<string, { readonly version: number; readonly json: string }>();
  readonly events: NewEvent[] = [];
  #version = 0;

  async get<T>(collection: Collection<T>, id: string): Promise<T | undefined> {
    await Promise.resolve();
    const found = this.documents.get(keyOf(collection, id));
    return found && collection.schema.parse(JSON.parse(found.json));
  }

  async list<T>(collection: Collection<T>, { prefix = '', after = '', limit }: Parameters<Store['list']>[1]) {
    await Promise.resolve();
    const start = keyOf(collection, '');
    const ids = [...this.documents.keys()]
      .filter((key) => key.startsWith(start + prefix) && key.slice(start.length) > after)
      .map((key) => key.slice(start.length))
      .sort();
    const items = await Promise.all(
      ids.slice(0, limit).map(async (id) => ({ id, value: (await this.get(collection, id))! })),
    );
    return ids.length > limit ? { items, nextAfter: ids[limit - 1]! } : { items };
  }

  async transact<R>(body: (tx: Transaction) => Promise<R>): Promise<R> {
    for (let attempt = 0; attempt < 8; attempt++) {
      const read = new Map<string, number>();
      const writes = new Map<string, string | undefined>();
      const events: NewEvent[] = [];
      const result = await body({
        get: async (collection, id) => {
          const key = keyOf(collection, id);
          read.set(key, this.documents.get(key)?.version ?? 0);
          return this.get(collection, id);
        },
        put: (collection, id, value) =>
          void writes.set(keyOf(collection, id), JSON.stringify(collection.schema.parse(value))),
        delete: (collection, id) => void writes.set(keyOf(collection, id), undefined),
        emit: (event) => void events.push(event),
      });
      if ([...read].some(([key, version]) => (this.documents.get(key)?.version ?? 0) !== version)) continue;
      for (const [key, json] of writes) {
        if (json === undefined) this.documents.delete(key);
        else this.documents.set(key, { version: ++this.#version, json });
      }
      this.events.push(...events);
      return result;
    }
    throw new FaultflixError('conflict', 'changed meanwhile, 8 times');
  }
}

const keyOf = ({ name }: Collection<unknown>, id: string): string => `${name}/${id}`;
