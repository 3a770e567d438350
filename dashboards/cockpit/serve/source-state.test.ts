import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sourceState } from './source-state.ts';

const problem = { code: 'unavailable', message: 'refused' } as const;
const well = { listed: true, watching: true, confirmedMs: 7 };

test('current only when listed, watched, and the server answered', () => {
  assert.deepEqual(sourceState(well), { state: 'current', asOfMs: 7 });
  assert.deepEqual(sourceState({ listed: false, watching: false }), { state: 'loading' });
  assert.deepEqual(sourceState({ ...well, watching: false }), { state: 'loading', asOfMs: 7 });
});

test('away when the watch broke, and when the watch is open but the server says nothing', () => {
  assert.deepEqual(sourceState({ ...well, watching: false, watchProblem: problem }), {
    state: 'away',
    asOfMs: 7,
    problem,
  });
  assert.deepEqual(sourceState({ ...well, probeProblem: problem }), { state: 'away', asOfMs: 7, problem });
});

test('nothing known is never as of any time', () => {
  assert.deepEqual(sourceState({ listed: false, watching: false, watchProblem: problem, confirmedMs: 7 }), {
    state: 'away',
    problem,
  });
});
