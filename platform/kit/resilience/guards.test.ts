import assert from 'node:assert/strict';
import { it } from 'node:test';
import { guardNames, SwitchableGuards } from './guards.ts';

it('guards are on unless switched off, and what is absent again is on again', () => {
  const guards = new SwitchableGuards();
  assert.ok(guardNames.every((name) => guards.on(name)));
  assert.deepEqual(guards.set({ breaker: 'off', retries: 'on' }).changed, { breaker: 'off' });
  assert.deepEqual(
    guardNames.filter((name) => !guards.on(name)),
    ['breaker'],
  );
  assert.deepEqual(guards.set({ retries: 'off' }).changed, { breaker: 'on', retries: 'off' });
  assert.deepEqual(guards.set({}).changed, { retries: 'on' });
});

it('what is not understood switches nothing, and is told', () => {
  const guards = new SwitchableGuards();
  const { changed, notUnderstood } = guards.set({ braker: 'off', breaker: 'false', retries: ' off\n' });
  assert.deepEqual(changed, { retries: 'off' });
  assert.deepEqual(notUnderstood, ['braker: off', 'breaker: false']);
});
