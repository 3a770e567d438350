import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runScript } from '../testing/run-script.ts';
import { rampSteps } from './executors/ramping-vus.ts';
import { executorNames } from './executors.ts';

const counting = `
import exec from 'k6/execution';
export default async function () {
  await new Promise((done) => setTimeout(done, 1));
  console.log(__VU + ':' + __ITER + ':' + exec.scenario.iterationInTest);
}`;

const vusOf = (printed: readonly string[]) => [...new Set(printed.map((line) => line.split(':')[0]))].sort();

describe('executors', () => {
  it('are the files of their folder', () => {
    assert.deepEqual([...executorNames()].sort(), [
      'constant-arrival-rate',
      'constant-vus',
      'per-vu-iterations',
      'ramping-vus',
      'shared-iterations',
    ]);
  });

  it('shared-iterations: all users together make the number', async () => {
    const run = await runScript(`export const options = { vus: 3, iterations: 10 };${counting}`);
    assert.equal(run.exitCode, 0, run.reason ?? '');
    assert.equal(run.sum('iterations'), 10);
    assert.deepEqual(vusOf(run.printed), ['1', '2', '3']);
    const inTest = run.printed.map((line) => Number(line.split(':')[2])).sort((a, b) => a - b);
    assert.deepEqual(inTest, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('per-vu-iterations: each user makes the number', async () => {
    const scenario = `{ executor: 'per-vu-iterations', vus: 3, iterations: 4 }`;
    const run = await runScript(`export const options = { scenarios: { each: ${scenario} } };${counting}`);
    assert.equal(run.exitCode, 0, run.reason ?? '');
    assert.deepEqual(
      run.printed.map((line) => line.split(':').slice(0, 2).join(':')).sort(),
      ['1', '2', '3'].flatMap((vu) => [0, 1, 2, 3].map((iteration) => `${vu}:${iteration}`)),
    );
  });

  it('constant-vus: every user iterates until the duration is over', async () => {
    const run = await runScript(`export const options = { vus: 4, duration: '300ms' };${counting}`);
    assert.equal(run.exitCode, 0, run.reason ?? '');
    assert.deepEqual(vusOf(run.printed), ['1', '2', '3', '4']);
    assert.equal(run.sum('iterations'), run.printed.length);
    assert.ok(run.printed.length >= 4);
  });

  it('constant-arrival-rate: as many starts as the rate says', async () => {
    const scenario = `{ executor: 'constant-arrival-rate', rate: 20, timeUnit: '100ms', duration: '200ms', preAllocatedVUs: 40 }`;
    const run = await runScript(`export const options = { scenarios: { open: ${scenario} } };${counting}`);
    assert.equal(run.exitCode, 0, run.reason ?? '');
    assert.equal(run.sum('iterations') + run.sum('dropped_iterations'), 40);
    assert.equal(run.sum('dropped_iterations'), 0);
  });

  it('constant-arrival-rate: what finds no free user is dropped and counted', async () => {
    const scenario = `{ executor: 'constant-arrival-rate', rate: 10, timeUnit: '100ms', duration: '100ms', preAllocatedVUs: 2 }`;
    const run = await runScript(`
      export const options = { scenarios: { open: ${scenario} } };
      export default async function () { await new Promise((done) => setTimeout(done, 400)); }`);
    assert.equal(run.sum('iterations'), 2);
    assert.equal(run.sum('dropped_iterations'), 8);
  });

  it('ramping-vus: follows the stages', () => {
    const stages = [
      { duration: 100, target: 4 },
      { duration: 0, target: 2 },
      { duration: 50, target: 2 },
      { duration: 10, target: 0 },
    ];
    assert.deepEqual(rampSteps({ startVUs: 0, stages }), [
      { atMs: 0, vus: 0 },
      { atMs: 25, vus: 1 },
      { atMs: 50, vus: 2 },
      { atMs: 75, vus: 3 },
      { atMs: 100, vus: 4 },
      { atMs: 100, vus: 3 },
      { atMs: 100, vus: 2 },
      { atMs: 155, vus: 1 },
      { atMs: 160, vus: 0 },
    ]);
  });

  it('ramping-vus: starts every user that the stages want, and gives up the rest after the grace', async () => {
    const scenario = `{ executor: 'ramping-vus', startVUs: 1, gracefulRampDown: '0s', gracefulStop: '0s',
      stages: [{ duration: '100ms', target: 4 }, { duration: '0s', target: 0 }, { duration: '50ms', target: 0 }] }`;
    const run = await runScript(`
      export const options = { scenarios: { ramp: ${scenario} } };
      export default async function () {
        console.log('start ' + __VU);
        await new Promise((done) => setTimeout(done, 2000));
        console.log('never');
      }`);
    assert.equal(run.exitCode, 0, run.reason ?? '');
    assert.deepEqual([...run.printed].sort(), ['start 1', 'start 2', 'start 3', 'start 4']);
    assert.equal(run.sum('iterations'), 0);
  });

  it('waits for iterations in flight through the graceful stop, and no longer', async () => {
    const scenario = (name: string, ms: number) =>
      `${name}: { executor: 'per-vu-iterations', maxDuration: '50ms', gracefulStop: '250ms', env: { MS: '${ms}' } }`;
    const run = await runScript(`
      export const options = { scenarios: { ${scenario('quick', 120)}, ${scenario('slow', 2_000)} } };
      export default async function () {
        await new Promise((done) => setTimeout(done, Number(__ENV.MS)));
        console.log(__ENV.MS);
      }`);
    assert.equal(run.exitCode, 0, run.reason ?? '');
    assert.deepEqual(run.printed, ['120']);
  });

  it('runs scenarios side by side, each with its function, environment, tags and start', async () => {
    const run = await runScript(`
      import exec from 'k6/execution';
      export const options = { scenarios: {
        first: { executor: 'shared-iterations', exec: 'one', env: { A: 'x' }, tags: { part: 'p1' } },
        second: { executor: 'shared-iterations', exec: 'two', startTime: '50ms' },
      } };
      export async function one() { console.log(exec.scenario.name, __ENV.A, __VU); }
      export async function two() { console.log(exec.scenario.name, String(__ENV.A), __VU); }`);
    assert.deepEqual(run.printed, ['first x 1', 'second undefined 2']);
    const iterations = run.samples.filter(({ metric }) => metric === 'iterations').map(({ tags }) => tags);
    assert.deepEqual(iterations, [{ scenario: 'first', part: 'p1' }, { scenario: 'second' }]);
  });
});
