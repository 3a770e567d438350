import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RememberedAnswers } from './idempotency.ts';

function make(options: { capacity?: number; ttlMs?: number } = {}) {
  let nowMs = 0;
  const clock = { now: () => nowMs, sleep: async () => undefined };
  let done = 0;
  const work = async () => ++done;
  return {
    answers: new RememberedAnswers({ clock, ...options }),
    work,
    done: () => done,
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
}

describe('remembered answers', () => {
  it('do the work once for a key, also for two calls at once', async () => {
    const { answers, work, done } = make();
    const both = await Promise.all([answers.once('k', { a: 1 }, work), answers.once('k', { a: 1 }, work)]);
    assert.deepEqual([...both, await answers.once('k', { a: 1 }, work)], [1, 1, 1]);
    assert.equal(done(), 1);
    assert.equal(await answers.once('other', { a: 1 }, work), 2);
  });

  it('refuse a key that came with another request', async () => {
    const { answers, work } = make();
    await answers.once('k', { a: 1 }, work);
    await assert.rejects(answers.once('k', { a: 2 }, work), { code: 'conflict' });
  });

  it('do not remember a failure', async () => {
    const { answers, work } = make();
    await assert.rejects(answers.once('k', {}, () => Promise.reject(new Error('no'))));
    assert.equal(await answers.once('k', {}, work), 1);
  });

  it('forget after their time', async () => {
    const { answers, work, pass } = make({ ttlMs: 100 });
    await answers.once('k', {}, work);
    pass(99);
    assert.equal(await answers.once('k', {}, work), 1);
    pass(2);
    assert.equal(await answers.once('k', {}, work), 2);
  });

  it('are bounded, the oldest first to go', async () => {
    const { answers, work } = make({ capacity: 3 });
    for (const key of ['a', 'b', 'c', 'd']) await answers.once(key, {}, work);
    assert.equal(answers.size, 3);
    assert.equal(await answers.once('d', {}, work), 4);
    assert.equal(await answers.once('a', {}, work), 5);
  });
});
