import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Clock } from '#base/clock.ts';
import { HedgeDelay, hedged } from './hedging.ts';

/** A clock whose sleepers wake when they are told. */
function heldClock() {
  const sleepers: (() => void)[] = [];
  const clock: Clock = {
    now: () => 0,
    sleep: (_ms, signal) =>
      new Promise((resolve, reject) => {
        sleepers.push(resolve);
        signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
      }),
  };
  return { clock, wake: () => sleepers.shift()?.() };
}

function leg() {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let signal: AbortSignal | undefined;
  const run = (given: AbortSignal) => {
    signal = given;
    return promise;
  };
  return { run, resolve, reject, started: () => signal !== undefined, lost: () => signal?.aborted ?? false };
}

function race(may = true) {
  const [first, second] = [leg(), leg()];
  const { clock, wake } = heldClock();
  let hedges = 0;
  const answer = hedged({
    afterMs: 1,
    clock,
    first: first.run,
    second: second.run,
    may: () => may,
    onHedge: () => void hedges++,
  });
  answer.catch(() => undefined);
  const due = async () => {
    wake();
    for (let i = 0; i < 4; i++) await Promise.resolve();
  };
  return { first, second, answer, due, hedges: () => hedges };
}

describe('a hedged call', () => {
  it('that is answered in time is out once', async () => {
    const { first, second, answer, hedges } = race();
    first.resolve('first');
    assert.equal(await answer, 'first');
    assert.deepEqual([second.started(), hedges()], [false, 0]);
  });
  it('that fails in time has failed', async () => {
    const { first, second, answer } = race();
    first.reject(new Error('no'));
    await assert.rejects(answer, /no/);
    assert.equal(second.started(), false);
  });
  it('takes the second leg’s answer, and gives up the first', async () => {
    const { first, second, answer, due } = race();
    await due();
    second.resolve('second');
    assert.equal(await answer, 'second');
    assert.equal(first.lost(), true);
  });
  it('waits for the first leg when the second fails', async () => {
    const { first, second, answer, due } = race();
    await due();
    second.reject(new Error('second'));
    first.resolve('first');
    assert.equal(await answer, 'first');
  });
  it('fails with the first one’s failure when both have failed', async () => {
    const { first, second, answer, due } = race();
    await due();
    first.reject(new Error('one'));
    second.reject(new Error('two'));
    await assert.rejects(answer, /one/);
  });
  it('goes on alone when it may not', async () => {
    const { first, second, answer, due } = race(false);
    await due();
    assert.equal(second.started(), false);
    first.resolve('first');
    assert.equal(await answer, 'first');
  });
});

describe('the time after which a call is slow', () => {
  it('is not known before enough answers', () => {
    const delay = new HedgeDelay();
    for (let i = 0; i < 39; i++) delay.observe(1);
    assert.equal(delay.delayMs, Number.POSITIVE_INFINITY);
  });
  it('is the 95th percentile of the newest 200, and 10 ms at least', () => {
    const delay = new HedgeDelay();
    for (let i = 1; i <= 100; i++) delay.observe(i);
    assert.equal(delay.delayMs, 96);
    for (let i = 0; i < 200; i++) delay.observe(2);
    assert.equal(delay.delayMs, 10);
  });
});
