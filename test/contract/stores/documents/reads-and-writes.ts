import assert from 'node:assert/strict';
import { z } from 'zod';
import { defineCollection } from '#platform/stores/store.ts';
import { type Case, eventually, freshService, replica } from './suite.ts';

const films = defineCollection({ name: 'films', schema: z.object({ title: z.string(), seen: z.int() }) });

export const readsAndWrites: readonly Case[] = [
  {
    name: 'what was acknowledged is read by every replica; what is not there is undefined',
    run: async (bench) => {
      const service = freshService();
      const [one, other] = [replica(bench, service), replica(bench, service)];
      assert.equal(await one.get(films, 'a'), undefined);
      for (let i = 0; i < 20; i++) {
        await one.transact(async (tx) => tx.put(films, `f${i}`, { title: 'A', seen: i }));
        assert.deepEqual(await other.get(films, `f${i}`), { title: 'A', seen: i });
      }
      await other.transact(async (tx) => tx.delete(films, 'f3'));
      assert.equal(await one.get(films, 'f3'), undefined);
      await Promise.all([one.close(), other.close()]);
    },
  },
  {
    name: 'pages go by id, below a prefix, each item once, and another service sees none of them',
    run: async (bench) => {
      const service = freshService();
      const store = replica(bench, service);
      const ids = ['a.1', 'a.10', 'a.2', 'a', 'b.1', 'a!', 'a.3', '~'];
      for (const id of ids) await store.transact(async (tx) => tx.put(films, id, { title: id, seen: 0 }));
      const walk = async (prefix: string, limit: number) => {
        const seen: string[] = [];
        let after: string | undefined;
        do {
          const page = await store.list(films, { prefix, limit, ...(after === undefined ? {} : { after }) });
          for (const { id, value } of page.items) {
            assert.equal(value.title, id);
            seen.push(id);
          }
          after = page.nextAfter;
        } while (after !== undefined);
        return seen;
      };
      for (const limit of [1, 2, 3, 1_000]) {
        assert.deepEqual(await walk('', limit), [...ids].sort());
        assert.deepEqual(await walk('a.', limit), ['a.1', 'a.10', 'a.2', 'a.3']);
      }
      assert.deepEqual((await store.list(films, { prefix: 'b', after: 'a', limit: 5 })).items.length, 1);
      assert.deepEqual((await store.list(films, { prefix: 'b', after: 'c', limit: 5 })).items, []);
      const stranger = replica(bench, freshService());
      assert.deepEqual(await stranger.list(films, { limit: 10 }), { items: [] });
      await assert.rejects(store.list(films, { limit: 0 }), { code: 'bad-input' });
      await assert.rejects(store.list(films, { limit: 1_001 }), { code: 'bad-input' });
      await Promise.all([store.close(), stranger.close()]);
    },
  },
  {
    name: 'a document that is not what its schema says, or an id that is none, is refused and leaves nothing',
    run: async (bench) => {
      const store = replica(bench, freshService());
      const bad = store.transact(async (tx) => {
        tx.put(films, 'good', { title: 'x', seen: 1 });
        tx.put(films, 'bad', { title: 'x', seen: 0.5 });
      });
      await assert.rejects(bad, { code: 'bad-input' });
      assert.equal(await store.get(films, 'good'), undefined);
      for (const id of ['', 'a b', 'é', 'x'.repeat(513)])
        await assert.rejects(store.get(films, id), { code: 'bad-input' });
      await store.close();
    },
  },
  {
    name: 'a transaction reads what it wrote, and its writes are all there or none',
    run: async (bench) => {
      const store = replica(bench, freshService());
      await store.transact(async (tx) => {
        tx.put(films, 'a', { title: 'a', seen: 1 });
        assert.deepEqual(await tx.get(films, 'a'), { title: 'a', seen: 1 });
        tx.delete(films, 'a');
        assert.equal(await tx.get(films, 'a'), undefined);
        tx.put(films, 'a', { title: 'a', seen: 2 });
        tx.put(films, 'b', { title: 'b', seen: 2 });
      });
      assert.deepEqual([(await store.get(films, 'a'))?.seen, (await store.get(films, 'b'))?.seen], [2, 2]);
      const thrown = store.transact(async (tx) => {
        tx.put(films, 'a', { title: 'a', seen: 9 });
        throw new RangeError('no');
      });
      await assert.rejects(thrown, RangeError);
      assert.equal((await store.get(films, 'a'))?.seen, 2);
      await store.close();
    },
  },
  {
    name: 'replicas that add to one document at once lose nothing',
    run: async (bench) => {
      const service = freshService();
      const stores = [replica(bench, service), replica(bench, service), replica(bench, service)];
      const add = async (store: (typeof stores)[number]) => {
        for (let i = 0; i < 10; ) {
          try {
            await store.transact(async (tx) => {
              const before = await tx.get(films, 'sum');
              tx.put(films, 'sum', { title: 'sum', seen: (before?.seen ?? 0) + 1 });
            });
            i += 1;
          } catch (thrown) {
            assert.equal((thrown as { code?: string }).code, 'conflict');
          }
        }
      };
      await Promise.all(stores.map(add));
      assert.equal((await stores[0]!.get(films, 'sum'))?.seen, 30);
      await Promise.all(stores.map((store) => store.close()));
    },
  },
  {
    name: 'write skew: of two that read both and write one each, one sees the other',
    run: async (bench) => {
      const service = freshService();
      const [a, b] = [replica(bench, service), replica(bench, service)];
      const both = Promise.withResolvers<void>();
      let inside = 0;
      const claim = (store: typeof a, own: string) =>
        store.transact(async (tx) => {
          const taken = [await tx.get(films, 'left'), await tx.get(films, 'right')].some((film) => film !== undefined);
          if (++inside === 2) both.resolve();
          await both.promise;
          if (!taken) tx.put(films, own, { title: own, seen: 1 });
          return !taken;
        });
      const won = await Promise.all([claim(a, 'left'), claim(b, 'right')]);
      assert.deepEqual([...won].sort(), [false, true]);
      await Promise.all([a.close(), b.close()]);
    },
  },
  {
    name: 'a transaction that only reads is held to one state',
    run: async (bench) => {
      const store = replica(bench, freshService());
      await store.transact(async (tx) => tx.put(films, 'a', { title: 'a', seen: 0 }));
      await store.transact(async (tx) => tx.put(films, 'b', { title: 'b', seen: 0 }));
      let tries = 0;
      const [first, second] = await store.transact(async (tx) => {
        const a = await tx.get(films, 'a');
        if (++tries === 1)
          await store.transact(async (other) => {
            other.put(films, 'a', { title: 'a', seen: 1 });
            other.put(films, 'b', { title: 'b', seen: 1 });
          });
        return [a, await tx.get(films, 'b')];
      });
      assert.deepEqual([first?.seen, second?.seen, tries], [1, 1, 2]);
      await store.close();
    },
  },
  {
    name: 'who never finds things unchanged gets `conflict` after eight attempts',
    run: async (bench) => {
      const store = replica(bench, freshService());
      let tries = 0;
      const never = store.transact(async (tx) => {
        await tx.get(films, 'a');
        tries += 1;
        await store.transact(async (other) => other.put(films, 'a', { title: 'a', seen: tries }));
        tx.put(films, 'a', { title: 'mine', seen: 0 });
      });
      await assert.rejects(never, { code: 'conflict' });
      assert.equal(tries, 8);
      assert.equal((await store.get(films, 'a'))?.title, 'a');
      await store.close();
    },
  },
  {
    name: 'what has a time to live goes, and not before',
    run: async (bench) => {
      const store = replica(bench, freshService());
      const wroteAtMs = Date.now();
      await store.transact(async (tx) => tx.put(films, 'brief', { title: 'brief', seen: 0 }, { ttlMs: 5_000 }));
      await store.transact(async (tx) => tx.put(films, 'kept', { title: 'kept', seen: 0 }));
      await eventually('it is gone', async () => (await store.get(films, 'brief')) === undefined);
      assert.ok(Date.now() - wroteAtMs >= 5_000, 'it went too early');
      assert.deepEqual(
        (await store.list(films, { limit: 9 })).items.map(({ id }) => id),
        ['kept'],
      );
      await store.close();
    },
  },
];
