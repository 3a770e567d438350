/**
 * Pods that die at every step they make, and a card network that is slow, down, answers twice, or charges and says nothing:
 * whatever comes together, each bill that is paid was captured once, and each capture is of a bill that is paid.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import type { HttpsClient } from '#kit/context.ts';
import type { Behaviour } from '../card-network/behaviour.ts';
import { Crashed, type PodOptions, World } from './testing/world.ts';

const modes = ['well', 'slow', 'down', 'answers-twice', 'charges-then-times-out'] as const;
/** Longer than a pod waits (300 ms) where slowness is the point, short where silence is. */
const delayMs = (mode: Behaviour['mode']) => (mode === 'slow' ? 350 : 30);

describe('charging once', () => {
  let world: World;
  before(async () => {
    world = await World.start();
  });
  after(() => world?.stop());

  /** One wish, by a pod that may die; then another pod, and the viewer who asks again with the same key. */
  async function history({ mode, ...pod }: PodOptions & { readonly mode: Behaviour['mode'] }) {
    await world.fresh();
    const wish = { account: `${world.prefix}1` };
    const call = world.call('the wish', 1_000);
    await world.network.behave(mode, delayMs(mode));
    const first = world.pod(pod);
    const answer = await world.subscribe(first, wish, call)!.then(
      ({ state }: { state?: string }) => state!,
      (thrown: unknown) => {
        if (thrown instanceof Crashed) return 'crashed';
        throw thrown;
      },
    );
    await world.network.behave('well');
    const { crashAt: _, ...alike } = pod;
    const second = world.pod(alike);
    await world.settleAll(second);
    const again = await world.subscribe(second, wish, world.call('the wish', 1_000));
    await world.settleAll(second);
    return { steps: first.steps(), answer, again: again.state, wrong: await world.wrong() };
  }

  for (const mode of modes) {
    it(`holds for a crash at every step: ${mode}`, async () => {
      const { steps, wrong } = await history({ mode });
      assert.deepEqual(wrong, []);
      assert(steps >= 10, `${steps} steps`);
      for (let crashAt = 1; crashAt <= steps; crashAt++) {
        const { answer, again, wrong } = await history({ mode, crashAt });
        assert.equal(answer, 'crashed', `step ${crashAt} of ${steps}`);
        assert.deepEqual({ again, wrong }, { again: 'active', wrong: [] }, `step ${crashAt} of ${steps}`);
        assert.equal((await world.network.charges(`${world.prefix}1.99999999`)).length, 1);
      }
    });
  }

  it('holds when everything comes together', async () => {
    const wish = fc.record({
      do: fc.constantFrom('subscribe', 'subscribe', 'subscribe', 'cancel', 'month', 'duties', 'restart'),
      account: fc.integer({ min: 1, max: 2 }),
      plan: fc.constantFrom('basic', 'standard', 'premium'),
      card: fc.constantFrom('card-good', 'card-good', 'card-good', 'card-declined', 'card-expired'),
      key: fc.integer({ min: 1, max: 4 }),
      mode: fc.constantFrom(...modes),
      crashAt: fc.oneof(fc.constant(1_000), fc.integer({ min: 1, max: 14 })),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(wish, { minLength: 2, maxLength: 8 }), async (wishes) => {
        await world.fresh();
        const acknowledged = new Set<string>();
        for (const each of wishes) {
          const account = `${world.prefix}${each.account}`;
          const call = world.call(`key-${each.key}`, 1_000);
          if (each.do === 'restart') await world.network.restart();
          await world.network.behave(each.mode, delayMs(each.mode));
          const pod = world.pod({ crashAt: each.crashAt });
          try {
            if (each.do === 'subscribe') {
              const { plan, card } = each;
              const { state } = await world.subscribe(pod, { account, plan, card }, call);
              if (state === 'active') acknowledged.add(account);
            }
            if (each.do === 'cancel') {
              acknowledged.delete(account);
              await pod.handlers.cancel({ account }, call);
            }
            if (each.do === 'month') world.nowMs += 31 * 86_400_000;
            if (each.do === 'month' || each.do === 'duties') await pod.duties.once();
          } catch (thrown) {
            const expected = ['conflict', 'forbidden'].includes((thrown as { code?: string }).code ?? '');
            if (!(thrown instanceof Crashed || expected)) throw thrown;
          }
        }
        await world.network.behave('well');
        const pod = world.pod();
        await world.settleAll(pod);
        assert.deepEqual(await world.wrong(), []);
        for (const account of acknowledged) {
          const kept = await world.subscription(account);
          assert(kept !== undefined && kept.state !== 'none' && kept.state !== 'pending', `${account}: ${kept?.state}`);
        }
      }),
      { numRuns: 15, seed: 20_261_124 },
    );
  });

  describe('is a property that a worse billing does not have', () => {
    const forgetsKeys = (client: HttpsClient): HttpsClient => {
      let sent = 0;
      return {
        request: (request) => {
          if (request.idempotencyKey === undefined) return client.request(request);
          return client.request({
            ...request,
            idempotencyKey: `${request.idempotencyKey}/${world.prefix}/${++sent}/${Math.random()}`,
          });
        },
      };
    };
    const looksNothingUp = (client: HttpsClient): HttpsClient => ({
      request: async (request) => {
        const answer = await client.request(request);
        if (request.method !== 'GET') return answer;
        const reference = new URL(request.path, 'https://x').searchParams.get('reference');
        return { ...answer, body: Buffer.from(JSON.stringify({ reference, charges: [] })) };
      },
    });
    const mode = 'charges-then-times-out';

    it('with keys, or looking up, it holds: each is a guard', async () => {
      assert.deepEqual((await history({ mode, meddle: forgetsKeys })).wrong, []);
      assert.deepEqual((await history({ mode, meddle: looksNothingUp })).wrong, []);
    });

    it('with the guard off, viewers are charged twice', async () => {
      const { wrong } = await history({ mode, guards: { idempotency: 'off' } });
      assert.match(wrong.join(), /is paid and was captured 2 times/);
      assert.deepEqual((await history({ mode, guards: { idempotency: 'on' } })).wrong, []);
    });

    it('with neither, viewers are charged twice', async () => {
      const { wrong } = await history({ mode, meddle: (client) => forgetsKeys(looksNothingUp(client)) });
      assert.match(wrong.join(), /is paid and was captured 2 times/);
    });
  });
});
