import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openGateway, playKey } from '../testing/gateway.ts';
import { tellPeers, USAGE_PATH } from './gossip.ts';
import { SharedLimits } from './shared-limits.ts';

const allowance = { perSecond: 1, burst: 10 };

describe('gateways tell each other', () => {
  it('what they let in, over HTTPS, and a peer that was away hears it later', async (t) => {
    const clock = { now: () => 1_800_000_000_000, sleep: async () => undefined };
    const there = new SharedLimits({ clock, peers: () => ['10.1.0.1'] });
    const { call } = await openGateway(t, { limits: there, pod: '10.1.0.2' });
    const here = new SharedLimits({ clock, peers: () => ['10.1.0.2'] });
    here.hear('10.1.0.2', []);
    for (let i = 0; i < 9; i++) here.take('c', allowance);
    const stop = new AbortController();
    let away = true;
    const rounds: number[] = [];
    await tellPeers({
      ...{ limits: here, key: playKey, pod: '10.1.0.1', peers: () => ['10.1.0.2'], signal: stop.signal },
      clock: {
        ...clock,
        sleep: async () => {
          if (rounds.push(there.share()) === 2) stop.abort();
          away = false;
        },
      },
      send: async (_peer, body, headers) => {
        if (away) throw new Error('away');
        assert.equal((await call('POST', USAGE_PATH, { body, headers })).status, 200);
      },
    });
    assert.deepEqual(rounds, [0.5, 1]);
    assert.equal(there.take('c', allowance), 0);
    assert.equal(there.take('c', allowance) > 0, true, 'nine of ten were used there');
  });

  it('and believe nobody else', async (t) => {
    const { call } = await openGateway(t);
    const body = JSON.stringify({ pod: '10.1.0.9', atMs: 1_800_000_000_000, usage: [['c', 1_000]] });
    for (const proof of ['', 'x'.repeat(43)])
      assert.equal((await call('POST', USAGE_PATH, { body, headers: { 'x-faultflix-peer': proof } })).status, 403);
    assert.equal((await call('POST', USAGE_PATH, { body: '{}' })).status, 400);
  });
});
