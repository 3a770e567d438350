import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { catalogue } from '#base/errors.ts';
import { adviceOf, playAdviceOf } from './advice.ts';
import { ApiError } from './api-error.ts';

const online = { online: true };
const error = (code: string, status: number, more = {}) => new ApiError('why', { code, status, ...more });

describe('advice', () => {
  it('says what to do about every error that there is, by words and by a button', () => {
    for (const [code, { http }] of Object.entries(catalogue))
      for (const advice of [adviceOf, playAdviceOf]) {
        const { says, actions } = advice(error(code, http), online);
        assert.match(says, /^[A-Z].*[.]$/, code);
        assert.ok(actions.length > 0, code);
      }
  });
  it('waits as long as the platform says, and no longer than anybody looks', () => {
    const wait = (retryAfterSeconds?: number) =>
      adviceOf(error('rate-limited', 429, { retryAfterSeconds }), online).waitSeconds;
    assert.deepEqual([wait(7), wait(0.2), wait(), wait(86_400)], [7, 1, 1, 120]);
    assert.equal(adviceOf(error('overloaded', 503, { retryAfterSeconds: 3 }), online).waitSeconds, 3);
    assert.equal(adviceOf(error('unavailable', 503), online).waitSeconds, undefined);
  });
  it('tells being offline from a platform that does not answer', () => {
    assert.match(adviceOf(error('unavailable', 0), { online: false }).says, /offline/);
    assert.match(adviceOf(error('unavailable', 0), online).says, /does not answer/);
    assert.doesNotMatch(adviceOf(error('not-found', 404), { online: false }).says, /offline/);
  });
  it('leads to the plans when all streams are in use, and away from what has no licence', () => {
    assert.deepEqual(playAdviceOf(error('conflict', 409), online).actions, ['again', 'plans', 'home']);
    assert.deepEqual(playAdviceOf(error('forbidden', 403), online).actions, ['home']);
    assert.match(playAdviceOf(error('gone', 410), online).says, /Another device/);
    assert.equal(adviceOf(error('unauthenticated', 401), online).actions[0], 'sign-in');
  });
});
