/** The auditor's checker on histories that the real handlers and the real card network made. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { HttpsClient } from '#kit/context.ts';
import { chargedOnce } from '#scenarios/audit/checkers/charged-once.ts';
import { MoneyHistoryReader } from '#scenarios/audit/money-history.ts';
import { sumLedger } from './ledger-watch.ts';
import { type PodOptions, World } from './testing/world.ts';

describe('charged-once, as the auditor sees billing', () => {
  let world: World;
  before(async () => {
    world = await World.start();
  });
  after(() => world?.stop());

  /** Six viewers subscribe while the card network charges and says nothing; who is not told at once asks again. */
  async function audited(options: PodOptions) {
    await world.fresh();
    const reader = new MoneyHistoryReader();
    const tell = (line: object) => reader.add(JSON.stringify({ atMs: world.nowMs, ...line }));
    const pod = world.pod(options);
    const accounts = Array.from({ length: 6 }, (_, i) => `${world.prefix}${i}`);
    const ask = async (account: string, key: string) => {
      const { state } = await world.subscribe(pod, { account }, world.call(key, 1_000));
      if (state === 'active') tell({ type: 'subscription-acknowledged', account, plan: 'basic' });
    };
    await world.network.behave('charges-then-times-out', 20);
    for (const account of accounts) await ask(account, account);
    await world.network.behave('well');
    await world.settleAll(pod);
    for (const account of accounts) await ask(account, account);
    for (const account of accounts) {
      const { plan, state } = await pod.handlers.getSubscription({ account }, world.call());
      tell({ type: 'subscription-seen', account, plan: plan!.id, state });
      const { bills } = await pod.handlers.listBills({ account, pageSize: 100, pageToken: '' }, world.call());
      for (const { id: bill, amountMinor, currency, state } of bills!)
        tell({ type: 'bill-seen', account, bill, amountMinor, currency, state });
    }
    for (const charge of await world.network.charges()) tell({ type: 'charge-seen', ...charge });
    tell({ type: 'charges-complete' });
    for (const [currency, sum] of await sumLedger(world.store)) tell({ type: 'ledger-seen', currency, ...sum });
    return chargedOnce(reader.history());
  }

  it('is ok', async () => {
    const answer = await audited({});
    assert.deepEqual([answer.verdict, answer.acknowledged, answer.lost], ['ok', 6, 0], JSON.stringify(answer));
  });

  it('is lost when billing neither keeps its keys nor looks anything up', async () => {
    let sent = 0;
    const careless = (client: HttpsClient): HttpsClient => ({
      request: async (request) => {
        if (request.idempotencyKey !== undefined)
          return client.request({ ...request, idempotencyKey: `${request.idempotencyKey}/${world.prefix}${++sent}` });
        const answer = await client.request(request);
        const reference = new URL(request.path, 'https://card-network').searchParams.get('reference');
        return { ...answer, body: Buffer.from(JSON.stringify({ reference, charges: [] })) };
      },
    });
    const answer = await audited({ meddle: careless });
    // Not all: after some silence the client's own guards no longer let it ask.
    assert.equal(answer.verdict, 'lost', JSON.stringify(answer));
    assert(answer.lost > 0 && answer.lost <= 6);
    assert.match(answer.examples[0]!.why, /charged 2 times/);
  });
});
