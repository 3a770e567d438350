import assert from 'node:assert/strict';
import { z } from 'zod';
import { FaultflixError } from '#base/errors.ts';
import { defineCollection, type Store, type StoredEvent } from '#platform/stores/store.ts';
import { type Case, eventually, freshService, replica } from './suite.ts';

const tally = defineCollection({ name: 'tally', schema: z.object({ count: z.int(), last: z.int() }) });
const seq = (event: StoredEvent): number => (event.data as { seq: number }).seq;

const emit = (store: Store, type: string, ...numbers: readonly number[]) =>
  store.transact(async (tx) => {
    for (const n of numbers) tx.emit({ type, subject: `s${n}`, data: { seq: n } });
  });

/** Counts each event in the transaction of its handling. */
const counting = (store: Store, type: string, signal: AbortSignal, before?: (event: StoredEvent) => Promise<void>) =>
  store.consume({
    consumer: 'counter',
    types: [type],
    signal,
    handle: async (event, tx) => {
      await before?.(event);
      const key = `n${seq(event)}`;
      const [found, all] = [await tx.get(tally, key), await tx.get(tally, 'all')];
      tx.put(tally, key, { count: (found?.count ?? 0) + 1, last: all?.count ?? 0 });
      tx.put(tally, 'all', { count: (all?.count ?? 0) + 1, last: seq(event) });
    },
  });

const counted = async (store: Store): Promise<number> => (await store.get(tally, 'all'))?.count ?? 0;

async function holdEachOnceInOrder(store: Store, expected: number): Promise<void> {
  assert.equal(await counted(store), expected);
  for (let n = 0; n < expected; n++) assert.deepEqual(await store.get(tally, `n${n}`), { count: 1, last: n });
}

export const events: readonly Case[] = [
  {
    name: 'events of a transaction come with it or not at all, in order of commit, of the types that were asked for',
    run: async (bench) => {
      const service = freshService();
      const store = replica(bench, service);
      const type = `${service}.made`;
      await emit(store, type, 0, 1, 2);
      await emit(store, `${service}.other`, 99);
      const failed = store.transact(async (tx) => {
        tx.emit({ type, subject: 'never', data: { seq: 1_000 } });
        throw new RangeError('no');
      });
      await assert.rejects(failed, RangeError);
      const stop = new AbortController();
      const running = counting(store, type, stop.signal);
      await eventually('what was there is handled', async () => (await counted(store)) >= 3);
      for (let n = 3; n < 20; n++) await emit(store, type, n);
      await eventually('what came is handled', async () => (await counted(store)) >= 20);
      stop.abort();
      await running;
      await holdEachOnceInOrder(store, 20);
      await store.close();
    },
  },
  {
    name: 'several replicas, one ended after the other: each event once, whoever handles it',
    run: async (bench) => {
      const service = freshService();
      const type = `${service}.made`;
      const writer = replica(bench, service);
      const replicas = [1, 2, 3].map(() => ({ store: replica(bench, service), stop: new AbortController() }));
      const running = replicas.map(({ store, stop }) => counting(store, type, stop.signal));
      for (let n = 0; n < 30; n++) {
        await emit(writer, type, n);
        if (n === 10 || n === 20) replicas[n / 10 - 1]!.stop.abort();
      }
      await eventually('all are handled', async () => (await counted(writer)) >= 30, 40_000);
      for (const { stop } of replicas) stop.abort();
      await Promise.all(running);
      await holdEachOnceInOrder(writer, 30);
      await Promise.all([writer, ...replicas.map(({ store }) => store)].map((store) => store.close()));
    },
  },
  {
    name: 'a replica that wakes up after another took over changes nothing',
    run: async (bench) => {
      const service = freshService();
      const type = `${service}.made`;
      const [writer, sleeper, other] = [replica(bench, service), replica(bench, service), replica(bench, service)];
      const [asleep, wake] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      const stops = [new AbortController(), new AbortController()] as const;
      let slept = false;
      const first = counting(sleeper, type, stops[0].signal, async (event) => {
        if (seq(event) !== 1 || slept) return;
        slept = true;
        asleep.resolve();
        await wake.promise;
      });
      await emit(writer, type, 0);
      await emit(writer, type, 1);
      await asleep.promise;
      // As when its lease has run out while it slept: the lease is taken away.
      const engine = bench.engine();
      await engine.commit({ conditions: [], writes: [{ key: `l/${service}/counter`, value: null }] });
      const second = counting(other, type, stops[1].signal);
      await eventually('the other handles it', async () => (await counted(writer)) === 2);
      wake.resolve();
      await emit(writer, type, 2);
      await eventually('both go on', async () => (await counted(writer)) >= 3);
      for (const stop of stops) stop.abort();
      await Promise.all([first, second]);
      await holdEachOnceInOrder(writer, 3);
      await Promise.all([writer, sleeper, other, engine].map((one) => one.close()));
    },
  },
  {
    name: 'an event that its handler refuses comes again with the same id, before those after it',
    run: async (bench) => {
      const service = freshService();
      const store = replica(bench, service);
      const type = `${service}.made`;
      await emit(store, type, 0, 1);
      const stop = new AbortController();
      const seen: string[] = [];
      const running = counting(store, type, stop.signal, async (event) => {
        seen.push(`${seq(event)}:${event.id}`);
        if (seen.length < 3) throw new FaultflixError('unavailable', 'not now');
      });
      await eventually('both are handled', async () => (await counted(store)) === 2);
      stop.abort();
      await running;
      assert.equal(seen.length, 4);
      assert.equal(new Set(seen.slice(0, 3)).size, 1);
      await holdEachOnceInOrder(store, 2);
      await store.close();
    },
  },
];
