import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { prefixEnd } from '#platform/stores/engine.ts';
import { defineCollection, type Json } from '#platform/stores/store.ts';
import { type Case, freshService, replica, ringOf } from './suite.ts';

const people = defineCollection({ name: 'people', encrypted: true, schema: z.object({ mail: z.string() }) });
const everything = { from: 'd/', to: prefixEnd('d/'), limit: 1_000 };

const first = defineCollection({ name: 'shows', schema: z.object({ name: z.string() }) });
const second = defineCollection({
  name: 'shows',
  version: 2,
  schema: z.object({ title: z.string(), seasons: z.int() }),
  migrations: { 1: (old) => ({ title: (old as { name: string }).name, seasons: 1 }) },
});
const third = defineCollection({
  name: 'shows',
  version: 3,
  encrypted: true,
  schema: z.object({ title: z.string(), seasons: z.array(z.int()) }),
  migrations: {
    ...second.migrations,
    2: (old): Json => {
      const { title, seasons } = old as { title: string; seasons: number };
      return { title, seasons: [seasons] };
    },
  },
});

export const atRest: readonly Case[] = [
  {
    name: 'sealed documents show nothing; after a rotation old ones are read and new ones sealed with the new key',
    run: async (bench) => {
      const service = freshService();
      const [k1, k2] = [randomBytes(32), randomBytes(32)];
      const engine = bench.engine();
      const before = replica(bench, service, ringOf('k1', { k1 }), engine);
      await before.transact(async (tx) => tx.put(people, 'p1', { mail: 'ada@example.test' }));
      const rotated = replica(bench, service, ringOf('k2', { k1, k2 }));
      assert.deepEqual(await rotated.get(people, 'p1'), { mail: 'ada@example.test' });
      await rotated.transact(async (tx) => tx.put(people, 'p2', { mail: 'bob@example.test' }));
      const rows = await engine.range({ from: `d/${service}/`, to: `d/${service}0`, limit: 9 });
      assert.equal(rows.length, 2);
      const bytes = rows.map(({ value }) => Buffer.from(value).toString('latin1'));
      assert.ok(bytes.every((text) => !text.includes('example') && !text.includes('mail')));
      assert.deepEqual([bytes[0]!.includes('k1'), bytes[1]!.includes('k2')], [true, true]);
      await assert.rejects(before.get(people, 'p2'), { code: 'internal', todo: /keep a key/ });
      const retired = replica(bench, service, ringOf('k2', { k2 }));
      assert.deepEqual(await retired.get(people, 'p2'), { mail: 'bob@example.test' });
      await assert.rejects(retired.get(people, 'p1'), { code: 'internal' });
      await Promise.all([before.close(), rotated.close(), retired.close()]);
    },
  },
  {
    name: 'the wrong key, a changed byte and a document in the place of another are errors that tell no plaintext',
    run: async (bench) => {
      const service = freshService();
      const ring = ringOf('k1', { k1: randomBytes(32) });
      const engine = bench.engine();
      const store = replica(bench, service, ring, engine);
      await store.transact(async (tx) => tx.put(people, 'p1', { mail: 'ada@example.test' }));
      const wrong = replica(bench, service, ringOf('k1', { k1: randomBytes(32) }));
      await assert.rejects(wrong.get(people, 'p1'), (error: Error) => {
        assert.equal((error as Error & { code: string }).code, 'internal');
        assert.ok(!JSON.stringify(error).includes('ada'));
        return true;
      });
      const [row] = await engine.range({ ...everything, from: `d/${service}/`, to: `d/${service}0` });
      const moved = row!.key.replace('p1', 'p2');
      const changed = Uint8Array.from(row!.value);
      changed[changed.length - 1]! ^= 1;
      await engine.commit({
        conditions: [],
        writes: [
          { key: moved, value: row!.value },
          { key: row!.key.replace('p1', 'p3'), value: changed },
        ],
      });
      await assert.rejects(store.get(people, 'p2'), { code: 'internal' });
      await assert.rejects(store.get(people, 'p3'), { code: 'internal' });
      await Promise.all([store.close(), wrong.close()]);
    },
  },
  {
    name: 'old and new code side by side: the new reads both, the old leaves what the new wrote alone',
    run: async (bench) => {
      const service = freshService();
      const ring = ringOf('k1', { k1: randomBytes(32) });
      const [old, fresh] = [replica(bench, service, ring), replica(bench, service, ring)];
      await old.transact(async (tx) => tx.put(first, 'a', { name: 'Ark' }));
      assert.deepEqual(await fresh.get(second, 'a'), { title: 'Ark', seasons: 1 });
      assert.deepEqual(await fresh.get(third, 'a'), { title: 'Ark', seasons: [1] });
      assert.deepEqual(await old.get(first, 'a'), { name: 'Ark' }, 'reading migrates nothing at rest');
      await fresh.transact(async (tx) => {
        const show = await tx.get(third, 'a');
        tx.put(third, 'a', { ...show!, seasons: [1, 2] });
      });
      await assert.rejects(old.get(first, 'a'), { code: 'unavailable', expected: 'at most version 1' });
      const overwriting = old.transact(async (tx) => {
        await tx.get(first, 'a');
        tx.put(first, 'a', { name: 'lost' });
      });
      await assert.rejects(overwriting, { code: 'unavailable' });
      assert.deepEqual(await fresh.get(third, 'a'), { title: 'Ark', seasons: [1, 2] });
      const gap = defineCollection({ ...third, migrations: {}, version: 4 });
      await assert.rejects(fresh.get(gap, 'a'), { code: 'internal', message: /no migration from version 3/ });
      await Promise.all([old.close(), fresh.close()]);
    },
  },
];
