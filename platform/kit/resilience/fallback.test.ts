import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FaultflixError } from '#base/errors.ts';
import { withFallback } from './fallback.ts';
import { SwitchableGuards } from './guards.ts';

const fail = (code: 'unavailable' | 'not-found' | 'cancelled' | 'guard-refused') => async (): Promise<string> => {
  throw new FaultflixError(code, code);
};

describe('fallback', () => {
  const guards = new SwitchableGuards();
  const popular = { name: 'popular', instead: () => 'popular', guards };

  it('is not asked while all is well', async () => {
    assert.deepEqual(await withFallback({ ...popular, call: async () => 'yours' }), {
      value: 'yours',
      degraded: false,
    });
  });

  it('answers for want of health, and tells', async () => {
    const told: string[] = [];
    for (const code of ['unavailable', 'guard-refused'] as const) {
      const answer = await withFallback({ ...popular, call: fail(code), onFallback: (name) => told.push(name) });
      assert.deepEqual(answer, { value: 'popular', degraded: true });
    }
    assert.deepEqual(told, ['popular', 'popular']);
  });

  it('does not hide that the request was wrong', async () => {
    await assert.rejects(withFallback({ ...popular, call: fail('not-found') }), { code: 'not-found' });
    await assert.rejects(withFallback({ ...popular, call: fail('cancelled') }), { code: 'cancelled' });
  });

  it('off, the failure is the answer', async () => {
    const off = new SwitchableGuards();
    off.set({ fallback: 'off' });
    await assert.rejects(withFallback({ ...popular, guards: off, call: fail('unavailable') }), { code: 'unavailable' });
  });
});
