import assert from 'node:assert/strict';
import { afterEach, describe, it, mock } from 'node:test';
import { FaultflixError } from '#base/errors.ts';
import { Breaker, type BreakerState, breakerDefaults, isOpenBreaker, openBreakerFailure } from './breaker.ts';
import { CallFailure } from './call-failure.ts';

const lost = () => Promise.reject(new CallFailure('x', { kind: 'lost', code: 'unavailable' }));
const notFound = () => Promise.reject(new FaultflixError('not-found', 'x'));
const shed = () => Promise.reject(new CallFailure('x', { kind: 'refused', code: 'overloaded' }));
const fine = async () => 'fine';

describe('breaker', () => {
  afterEach(() => mock.timers.reset());

  function make() {
    mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'Date'] });
    const states: BreakerState[] = [];
    const breaker = new Breaker({ name: 'catalog/us-east-1', onChange: (state) => states.push(state) });
    const fail = async (times: number, how: () => Promise<unknown> = lost) => {
      for (let i = 0; i < times; i++) await breaker.fire(how).catch(() => undefined);
    };
    return { breaker, states, fail };
  }

  it('opens when most of enough calls failed, and then makes none', async () => {
    const { breaker, states, fail } = make();
    await fail(breakerDefaults.volumeThreshold - 1);
    assert.equal(breaker.state, 'closed');
    await fail(1);
    assert.equal(breaker.state, 'open');
    assert.ok(!breaker.lets);
    let called = false;
    const thrown = await breaker
      .fire(async () => {
        called = true;
      })
      .catch((error: unknown) => error);
    assert.ok(isOpenBreaker(thrown) && !called);
    const failure = openBreakerFailure('catalog/us-east-1', thrown);
    assert.deepEqual([failure.code, failure.kind], ['guard-refused', 'connect']);
    assert.deepEqual(states, ['open']);
    breaker.shutdown();
  });

  it('tries one call after a second: closed when it is good, open when it is not', async () => {
    const { breaker, states, fail } = make();
    await fail(20);
    mock.timers.tick(breakerDefaults.resetTimeout);
    assert.ok(breaker.lets);
    await fail(1);
    assert.equal(breaker.state, 'open');
    mock.timers.tick(breakerDefaults.resetTimeout);
    assert.equal(await breaker.fire(fine), 'fine');
    assert.deepEqual(states, ['open', 'half-open', 'open', 'half-open', 'closed']);
    breaker.shutdown();
  });

  it('does not open for answers that say the request was wrong, nor for calls that were shed', async () => {
    const { breaker, fail } = make();
    await fail(100, notFound);
    await fail(100, shed);
    assert.equal(breaker.state, 'closed');
    breaker.shutdown();
  });
});
