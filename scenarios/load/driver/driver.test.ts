import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runScript } from '../testing/run-script.ts';

const once = `export const options = { iterations: 1 };`;

describe('the embedded driver', () => {
  it('gives each user modules of its own, imported ones too, and __VU, __ITER, __ENV', async () => {
    const run = await runScript(
      `import { next } from './counter.ts';
       export const options = { scenarios: { each: { executor: 'per-vu-iterations', vus: 2, iterations: 2 } } };
       let own: number = 0;
       export default async function () {
         own++;
         console.log([__VU, __ITER, own, next(), __ENV.GREETING].join(' '));
         await new Promise((done) => setTimeout(done, 1));
       }`,
      { files: { 'counter.ts': 'let n = 0; export const next = (): number => ++n;' }, env: { GREETING: 'hi' } },
    );
    assert.equal(run.exitCode, 0, run.reason ?? '');
    assert.deepEqual([...run.printed].sort(), ['1 0 1 1 hi', '1 1 2 2 hi', '2 0 1 1 hi', '2 1 2 2 hi']);
  });

  it('lets setup and teardown block, which k6 scripts do there', async () => {
    const run = await runScript(`
      import { sleep } from 'k6';
      export const options = { iterations: 1 };
      export function setup() { const at = Date.now(); sleep(0.05); return { slept: Date.now() - at }; }
      export default async function ({ slept }) { console.log(slept >= 49); }`);
    assert.deepEqual([run.exitCode, run.printed], [0, ['true']], run.reason ?? '');
  });

  it('runs setup and teardown once, and hands each user a copy of the data', async () => {
    const run = await runScript(`
      export const options = { scenarios: { each: { executor: 'per-vu-iterations', vus: 2 } } };
      export async function setup() { console.log('setup'); return { list: [1] }; }
      export default async function (data) { data.list.push(__VU); console.log(JSON.stringify(data)); }
      export function teardown(data) { console.log('teardown ' + JSON.stringify(data)); }`);
    assert.deepEqual(run.printed, ['setup', '{"list":[1,1]}', '{"list":[1,2]}', 'teardown {"list":[1]}']);
  });

  it('measures with Counter, Gauge, Rate and Trend, with tags of the test, the scenario, the user and the call', async () => {
    const run = await runScript(`
      import { Counter, Gauge, Rate, Trend } from 'k6/metrics';
      import exec from 'k6/execution';
      const c = new Counter('c'), g = new Gauge('g'), r = new Rate('r'), t = new Trend('t', true);
      export const options = { iterations: 1, tags: { test: 'x' }, thresholds: {
        c: ['count==3'], g: ['value==4'], r: ['rate==0.5'], t: ['avg==15', 'p(100)<=20'], 't{own:yes}': ['max==20'] } };
      export default async function () {
        exec.vu.metrics.tags.user = String(__VU);
        c.add(1); c.add(2, { own: 'yes' }); g.add(9); g.add(4); r.add(true); r.add(0);
        t.add(10); t.add(20, { own: 'yes' });
      }`);
    assert.equal(run.exitCode, 0, run.reason ?? '');
    assert.ok(Object.values(run.thresholds).every(Boolean), JSON.stringify(run.thresholds));
    assert.deepEqual(run.samples.find(({ metric, value }) => metric === 't' && value === 20)?.tags, {
      test: 'x',
      scenario: 'default',
      user: '1',
      own: 'yes',
    });
    assert.deepEqual(run.summary?.metrics.t?.values.max, 20);
  });

  it('fails a threshold that is crossed, and one of which nothing was measured', async () => {
    const run = await runScript(`
      import { Counter } from 'k6/metrics';
      const seen = new Counter('seen'); new Counter('unseen');
      export const options = { iterations: 1, thresholds: { seen: ['count<1'], unseen: ['count<1'] } };
      export default async function () { seen.add(1); }`);
    assert.equal(run.exitCode, 1);
    assert.deepEqual(run.thresholds, { 'seen: count<1': false, 'unseen: count<1': false });
  });

  it('ends the run when a threshold with abortOnFail is crossed', async () => {
    const run = await runScript(`
      import { Rate } from 'k6/metrics';
      const bad = new Rate('bad');
      export const options = { vus: 2, duration: '60s', thresholds: { bad: [{ threshold: 'rate<0.5', abortOnFail: true }] } };
      export default async function () { bad.add(1); await new Promise((done) => setTimeout(done, 20)); }`);
    assert.equal(run.exitCode, 1);
    assert.match(run.reason ?? '', /abortOnFail: bad: rate<0.5/);
  });

  it('checks, groups, and shares arrays', async () => {
    const run = await runScript(
      `import { check, group } from 'k6';
       import { SharedArray } from 'k6/data';
       const people = new SharedArray('people', () => { console.log('made'); return JSON.parse(open('./people.json')); });
       export const options = { scenarios: { each: { executor: 'per-vu-iterations', vus: 2 } } };
       export default async function () {
         group('outer', () => group('inner', () => {
           check(people[0], { 'is Ada': (p) => p.name === 'Ada', 'is old': (p) => p.age > 300 });
         }));
         try { people.push('x'); } catch { console.log('frozen'); }
       }`,
      { files: { 'people.json': '[{"name":"Ada","age":36}]' } },
    );
    assert.equal(run.exitCode, 0, run.reason ?? '');
    assert.deepEqual(run.printed, ['made', 'frozen', 'frozen']);
    const checks = run.samples.filter(({ metric }) => metric === 'checks');
    assert.deepEqual(
      checks.slice(0, 2).map(({ value, tags }) => [tags.check, tags.group, value]),
      [
        ['is Ada', '::outer::inner', 1],
        ['is old', '::outer::inner', 0],
      ],
    );
    const groups = run.samples.filter(({ metric }) => metric === 'group_duration').map(({ tags }) => tags.group);
    assert.deepEqual(groups.slice(0, 2), ['::outer::inner', '::outer']);
  });

  it('goes on after an iteration that throws, and says which', async () => {
    const run = await runScript(`
      export const options = { iterations: 2 };
      export default async function () { if (__ITER === 0) throw new Error('oops'); console.log('second'); }`);
    assert.equal(run.exitCode, 0, run.reason ?? '');
    assert.deepEqual(run.printed, ['error: VU 1, iteration 0: oops', 'second']);
    assert.equal(run.sum('iterations'), 2);
  });

  it('gives up users at once when it is stopped, and still sums up', async () => {
    const stop = new AbortController();
    const run = await runScript(
      `import { Counter } from 'k6/metrics';
       const began = new Counter('began'), after = new Counter('after');
       export const options = { vus: 2, duration: '60s' };
       export default async function () { began.add(1); await new Promise((done) => setTimeout(done, 300)); after.add(1); }
       export function handleSummary(data) { return { 'stdout': String(data.metrics.began.values.count) }; }`,
      { signal: stop.signal, onSample: ({ metric }) => metric === 'began' && stop.abort(new Error('SIGTERM')) },
    );
    assert.deepEqual([run.exitCode, run.reason], [4, 'SIGTERM']);
    assert.equal(run.sum('after'), 0);
    assert.match(String(run.outputs?.stdout), /^[12]$/);
  });

  it('exec.test.abort ends the run, exec.test.fail fails it at its end', async () => {
    const aborted = await runScript(`
      import exec from 'k6/execution';
      ${once}
      export default async function () { exec.test.abort('enough'); console.log('never'); }`);
    assert.deepEqual([aborted.exitCode, aborted.reason], [4, 'exec.test.abort: enough']);
    assert.ok(!aborted.printed.includes('never'));
    const failed = await runScript(`
      import exec from 'k6/execution';
      ${once}
      export default async function () { exec.test.fail('wrong'); console.log('on'); }`);
    assert.deepEqual([failed.exitCode, failed.reason, failed.printed], [1, 'exec.test.fail: wrong', ['on']]);
  });
});

describe('what the embedded driver lacks, it refuses by name', () => {
  const body = 'export default async function () {}';
  const cases: [name: string, source: string, code: 'unsupported' | 'bad-input', mentions: RegExp][] = [
    ['a module', `import ws from 'k6/ws'; ws; ${body}`, 'unsupported', /k6\/ws/],
    ['a Node module', `import fs from 'node:fs'; fs; ${body}`, 'unsupported', /node:fs/],
    ['a package', `import zod from 'zod'; zod; ${body}`, 'unsupported', /zod/],
    ['a remote module', `import x from 'https://jslib.k6.io/x.js'; x; ${body}`, 'unsupported', /jslib/],
    ['a file that is not there', `import x from './nope.ts'; x; ${body}`, 'bad-input', /nope/],
    [
      'an executor',
      `export const options = { scenarios: { a: { executor: 'ramping-arrival-rate' } } }; ${body}`,
      'unsupported',
      /executor/,
    ],
    ['an option of k6', `export const options = { rps: 10 }; ${body}`, 'unsupported', /options\.rps/],
    ['an option of nobody', `export const options = { durration: '1s' }; ${body}`, 'bad-input', /durration/],
    ['a wrong unit', `export const options = { vus: 1, duration: '5 parsecs' }; ${body}`, 'bad-input', /duration/],
    ['a negative number', `export const options = { vus: -1 }; ${body}`, 'bad-input', /vus/],
    ['two ways at once', `export const options = { stages: [], duration: '1s' }; ${body}`, 'bad-input', /two ways/],
    [
      'an unknown field of a scenario',
      `export const options = { scenarios: { a: { executor: 'constant-vus', duration: '1s', rate: 3 } } }; ${body}`,
      'bad-input',
      /rate/,
    ],
    [
      'a browser',
      `export const options = { scenarios: { a: { executor: 'shared-iterations', options: { browser: {} } } } }; ${body}`,
      'unsupported',
      /options/,
    ],
    [
      'a broken threshold',
      `export const options = { thresholds: { checks: ['rate=1'] } }; ${body}`,
      'bad-input',
      /rate=1/,
    ],
    [
      'a threshold of nothing',
      `export const options = { thresholds: { nothing: ['rate<1'] } }; ${body}`,
      'bad-input',
      /nothing/,
    ],
    ['no default function', `export const options = {};`, 'bad-input', /default/],
    [
      'an exec that is not there',
      `export const options = { scenarios: { a: { executor: 'shared-iterations', exec: 'gone' } } }; ${body}`,
      'bad-input',
      /gone/,
    ],
    [
      'sleep',
      `import { sleep } from 'k6'; ${once} export default async function () { sleep(1); }`,
      'unsupported',
      /sleep/,
    ],
    [
      'sleep, though the script swallows the error',
      `import { sleep } from 'k6'; ${once} export default async function () { try { sleep(1); } catch {} }`,
      'unsupported',
      /sleep/,
    ],
    [
      'http.get',
      `import http from 'k6/http'; ${once} export default async function () { http.get('https://127.0.0.1:1'); }`,
      'unsupported',
      /http\.get/,
    ],
    [
      'http.batch',
      `import http from 'k6/http'; ${once} export default async function () { http.batch([]); }`,
      'unsupported',
      /http\.batch/,
    ],
    [
      'an http parameter',
      `import http from 'k6/http'; ${once} export default async function () { await http.asyncRequest('GET', 'https://127.0.0.1:1', null, { jar: 1 }); }`,
      'unsupported',
      /jar/,
    ],
    [
      'an async group',
      `import { group } from 'k6'; ${once} export default async function () { group('g', async () => {}); }`,
      'unsupported',
      /group/,
    ],
  ];
  for (const [name, source, code, mentions] of cases) {
    it(name, async () => {
      const run = await runScript(source);
      assert.equal(run.error?.code, code, run.reason ?? 'no error');
      assert.equal(run.exitCode, 2);
      assert.match(`${run.error?.message} ${run.error?.received}`, mentions);
    });
  }

  it('a script that cannot be loaded', async () => {
    const run = await runScript('export default function ( {');
    assert.deepEqual([run.exitCode, run.error?.code], [2, 'bad-input']);
  });
});
