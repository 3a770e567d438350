import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { z } from 'zod';
import { systemClock } from '#base/clock.ts';
import { EtcdMember } from '#platform/stores/engines/etcd/member.ts';
import { methods, type StatusAnswer } from '#platform/stores/engines/etcd/protocol.ts';
import { defineCollection } from '#platform/stores/store.ts';
import { atRest } from './at-rest.ts';
import { events } from './events.ts';
import { readsAndWrites } from './reads-and-writes.ts';
import { eventually, freshService, replica } from './suite.ts';
import { etcdBinary, Trio } from './trio.ts';

const binary = etcdBinary();
const numbers = defineCollection({ name: 'numbers', schema: z.object({ n: z.int() }) });

describe('the store on three members of etcd', { skip: binary === undefined && 'no etcd: npm start makes one' }, () => {
  let trio: Trio;
  before(async () => {
    trio = await Trio.start(binary!);
  });
  after(() => trio?.stop());

  for (const { name, run } of [...readsAndWrites, ...atRest, ...events])
    it(name, async () => {
      let made = 0;
      await run({ engine: () => trio.engine(made++ % 3), clock: systemClock });
    });

  const leader = async (): Promise<number> => {
    let found: number | undefined;
    await eventually('all members are up, and one leads', async () => {
      found = await leaderIfUp().catch(() => undefined);
      return found !== undefined;
    });
    return found!;
  };

  const leaderIfUp = async (): Promise<number | undefined> => {
    let found: number | undefined;
    for (const index of [0, 1, 2]) {
      const member = new EtcdMember({ host: '127.0.0.1', port: trio.port(index) });
      const asked = member.call<StatusAnswer>(methods.status, {}, 5_000);
      const { header, leader } = await asked.finally(() => member.close());
      if (header.member_id === leader) found = index;
    }
    return found;
  };

  /** Writes one number after the other, repeating as the port tells, until told to stop. */
  const writing = (service: string, near: number) => {
    const store = replica({ engine: () => trio.engine(near), clock: systemClock }, service);
    const acknowledged: number[] = [];
    let stopped = false;
    const run = async () => {
      for (let n = 0; !stopped; n++) {
        for (let written = false; !written; ) {
          try {
            await store.transact(async (tx) => tx.put(numbers, `n${n}`, { n }));
            written = true;
          } catch (thrown) {
            const { code } = thrown as { code: string };
            assert.ok(['unavailable', 'deadline-exceeded'].includes(code), String(thrown));
          }
        }
        acknowledged.push(n);
      }
      await store.close();
    };
    const running = run();
    const stop = () => {
      stopped = true;
      return running;
    };
    return { acknowledged, stop };
  };

  for (const signal of ['SIGKILL', 'SIGSTOP'] as const)
    it(`nothing acknowledged is lost, and clients go on, when the leader gets ${signal}`, async () => {
      const service = freshService();
      const lead = await leader();
      const near = writing(service, lead);
      await eventually('writes run', () => near.acknowledged.length > 20);
      await trio.signal(lead, signal);
      const then = near.acknowledged.length;
      await eventually('writes go on', () => near.acknowledged.length > then + 20, 30_000);
      await near.stop();
      const reader = replica({ engine: () => trio.engine((lead + 1) % 3), clock: systemClock }, service);
      for (const n of near.acknowledged) assert.deepEqual(await reader.get(numbers, `n${n}`), { n });
      await reader.close();
      if (signal === 'SIGKILL') trio.startMember(lead);
      else await trio.signal(lead, 'SIGCONT');
      const back = replica({ engine: () => trio.engine(lead), clock: systemClock }, service);
      await eventually('it is back', () => back.get(numbers, 'n0').then(Boolean, () => false));
      await back.close();
    });

  it('without a majority nothing is acknowledged, and clients are told within their time', async () => {
    const service = freshService();
    const store = replica({ engine: () => trio.engine(0), clock: systemClock }, service);
    await store.transact(async (tx) => tx.put(numbers, 'a', { n: 1 }));
    await trio.signal(1, 'SIGKILL');
    await trio.signal(2, 'SIGKILL');
    const refused = store.transact(async (tx) => tx.put(numbers, 'a', { n: 2 }));
    await assert.rejects(refused, ({ code }: { code: string }) => ['unavailable', 'deadline-exceeded'].includes(code));
    trio.startMember(1);
    trio.startMember(2);
    await eventually('they are back', () => store.get(numbers, 'a').then(Boolean, () => false));
    await store.close();
  });
});
