import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { SharedLimits, SILENT_AFTER_MS } from './shared-limits.ts';

const allowance = { perSecond: 10, burst: 20 };

function pods(count: number) {
  const time = { nowMs: 1_000_000 };
  const clock = { now: () => time.nowMs, sleep: async () => undefined };
  const names = Array.from({ length: count }, (_, i) => `pod-${i}`);
  const all = names.map((name) => {
    const peers = names.filter((other) => other !== name);
    return { name, peers, limits: new SharedLimits({ clock, peers: () => peers }) };
  });
  return {
    all,
    time,
    gossip: () => {
      for (const { name, peers, limits } of all)
        for (const peer of peers) all[names.indexOf(peer)]!.limits.hear(name, limits.unsaid(peer));
    },
  };
}

const letIn = (limits: SharedLimits, tries: number, client = 'c') =>
  Array.from({ length: tries }, () => limits.take(client, allowance)).filter((waitMs) => waitMs === 0).length;

describe('limits', () => {
  it('let a burst in, then as many a second as are allowed, and say when to come again', () => {
    const { all, time } = pods(1);
    const { limits } = all[0]!;
    assert.equal(letIn(limits, 100), 20);
    assert.equal(limits.take('c', allowance), 100);
    time.nowMs += 99;
    assert.equal(limits.take('c', allowance), 1);
    time.nowMs += 1;
    assert.equal(limits.take('c', allowance), 0);
    assert.equal(limits.take('another', allowance), 0);
    time.nowMs += 1_000_000;
    assert.equal(letIn(limits, 100), 20, 'no more than a burst is saved up');
  });

  it('are shared: what one pod lets in, the others do not', () => {
    const { all, gossip } = pods(3);
    gossip();
    assert.equal(all[0]!.limits.share(), 1);
    assert.equal(letIn(all[0]!.limits, 15), 15);
    gossip();
    assert.equal(letIn(all[1]!.limits, 100), 5);
    gossip();
    assert.equal(letIn(all[2]!.limits, 100), 0);
  });

  it('are those of its own share while a pod hears nobody, and of their part while some hear each other', () => {
    const { all, time, gossip } = pods(4);
    gossip();
    time.nowMs += SILENT_AFTER_MS + 1;
    assert.deepEqual(
      all.map(({ limits }) => limits.share()),
      [0.25, 0.25, 0.25, 0.25],
    );
    all[0]!.limits.hear('pod-1', []);
    all[1]!.limits.hear('pod-0', []);
    assert.deepEqual(
      all.map(({ limits }) => limits.share()),
      [0.5, 0.5, 0.25, 0.25],
    );
    assert.equal(all.reduce((sum, { limits }) => sum + letIn(limits, 100, 'fresh'), 0) <= 30, true);
    gossip();
    assert.equal(all[3]!.limits.share(), 1, 'and whole again when they talk again');
  });

  it('what a peer did not take is said again', () => {
    const { limits } = pods(2).all[0]!;
    letIn(limits, 3);
    const unsaid = limits.unsaid('pod-1');
    assert.deepEqual(unsaid, [['c', 3]]);
    letIn(limits, 1);
    limits.giveBack('pod-1', unsaid);
    assert.deepEqual(limits.unsaid('pod-1'), [['c', 4]]);
    assert.deepEqual(limits.unsaid('pod-1'), []);
  });

  it('never let in more than a burst a pod and the rate, whoever asks whom and whenever they talk', () => {
    const step = fc.oneof(
      fc.record({ pod: fc.nat(2), tries: fc.nat(30) }),
      fc.record({ waitMs: fc.nat(3_000) }),
      fc.constant('talk' as const),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const { all, time, gossip } = pods(3);
        const startMs = time.nowMs;
        let came = 0;
        for (const one of steps) {
          if (one === 'talk') gossip();
          else if ('waitMs' in one) time.nowMs += one.waitMs;
          else came += letIn(all[one.pod]!.limits, one.tries);
        }
        // Each pod may spend its burst before it hears of the others', and refill while it does not know.
        const most = 3 * (allowance.burst + (allowance.perSecond * (time.nowMs - startMs)) / 1_000) + 3;
        assert(came <= most, `${came} of ${most}`);
      }),
    );
  });

  it('remember so many clients and no more', () => {
    const { limits } = pods(2).all[0]!;
    for (let i = 0; i < 30_000; i++) limits.take(`c${i}`, allowance);
    assert(limits.unsaid('pod-1').length <= 2_000);
  });
});
