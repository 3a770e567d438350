/** On the embedded driver, against a stand-in that keeps accounts and bills, and against one that charges twice. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Line, ToldLine } from './stream.ts';
import { bucketsOf, drive, sumOf } from './testing/drive-process.ts';
import { startFixture } from './testing/fixture.ts';
import { moneyStandIn } from './testing/stand-in-money.ts';

const env = {
  ...{ FAULTFLIX_VIEWERS: '2', FAULTFLIX_RAMP_UP: '0s', FAULTFLIX_DURATION: '90s', FAULTFLIX_TIMEOUT: '30s' },
  ...{ FAULTFLIX_ACCOUNTS: '2', FAULTFLIX_SIGN_UP_EVERY_SECONDS: '0.1', FAULTFLIX_READ_EVERY_SECONDS: '0.1' },
  ...{ FAULTFLIX_WATCH_SECONDS: '0.5', FAULTFLIX_REPEATED_RATIO: '1' },
};

/** Until each of the four accounts was read after it had its plan. */
async function burst(more: Record<string, string>, money = moneyStandIn()) {
  const fixture = await startFixture({ routers: 1, edges: 1, money });
  try {
    const run = drive(['sign-up-burst.ts', '--stream', '--driver', 'embedded'], { ...fixture.env, ...env, ...more });
    await run.until((lines) => seenActive(lines).size === 4);
    run.child.kill('SIGTERM');
    return { ...(await run.done), seen: fixture.routers[0]!.seen };
  } finally {
    await fixture.close();
  }
}
const told = <T extends ToldLine['type']>(lines: readonly Line[], type: T) =>
  lines.filter((line): line is Extract<ToldLine, { type: T }> => line.type === type);
const seenActive = (lines: readonly Line[]) =>
  new Set(
    told(lines, 'subscription-seen')
      .filter(({ state }) => state === 'active')
      .map(({ account }) => account),
  );

describe('sign-up-burst.ts', () => {
  it('makes accounts, signs them in, subscribes, watches, and tells the auditor what it was told', async () => {
    const { lines, seen } = await burst({ FAULTFLIX_DECLINED_RATIO: '0' });
    assert.equal(new Set(told(lines, 'account-acknowledged').map(({ mail }) => mail)).size, 4);
    const acknowledged = told(lines, 'subscription-acknowledged');
    assert.deepEqual([...new Set(acknowledged.map(({ account }) => account))].sort(), ['a1', 'a2', 'a3', 'a4']);
    assert.equal(acknowledged.length, 4, 'each once, though each wish was sent twice');
    assert.equal(seen.filter((call) => call === 'POST /v1/subscription').length, 8);
    const bills = told(lines, 'bill-seen');
    assert.deepEqual(new Set(bills.map(({ amountMinor, state }) => `${amountMinor} ${state}`)), new Set(['799 paid']));
    assert.equal(bills.length, 4, 'each once, since none changed');
    const starts = sumOf(bucketsOf(lines), (bucket) => bucket.starts.ok);
    assert.ok(starts >= 1);
    const failed = sumOf(bucketsOf(lines), ({ requests }) =>
      Object.values(requests).reduce((sum, counts) => sum + counts.failed, 0),
    );
    assert.equal(failed, 0);
    const summary = lines.find((line) => line.type === 'summary')!;
    assert.deepEqual(new Set(Object.values(summary.thresholds)), new Set([true]), JSON.stringify(summary.thresholds));
  });

  it('takes a declined card for an answer, and another card after it', async () => {
    const { lines } = await burst({ FAULTFLIX_DECLINED_RATIO: '1' });
    const states = told(lines, 'bill-seen').map(({ account, state }) => `${account} ${state}`);
    assert.ok(states.includes('a1 refused') && states.includes('a1 paid'), states.join());
    const buckets = bucketsOf(lines);
    assert.equal(
      sumOf(buckets, ({ requests }) => requests.subscription?.failed ?? 0),
      0,
    );
  });

  it('known bad: sees that it was charged twice', async () => {
    const { lines } = await burst({ FAULTFLIX_DECLINED_RATIO: '0' }, moneyStandIn({ forgetsKeys: true }));
    const { thresholds } = lines.find((line) => line.type === 'summary')!;
    assert.equal(thresholds['duplicates_seen: count<1'], false);
  });
});
