import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Results } from './results.ts';
import { noTags } from './sample.ts';
import { summaryData, summaryText } from './summary.ts';
import { parseThreshold } from './threshold.ts';

const thresholds = (bySelector: Record<string, string[]>) =>
  Object.fromEntries(
    Object.entries(bySelector).map(([selector, sources]) => [
      selector,
      sources.map((each) => parseThreshold(each, '')),
    ]),
  );

describe('results', () => {
  it('narrow a metric by tags for the thresholds that say so', () => {
    const results = new Results({
      startedAtMs: 0,
      thresholds: thresholds({ 'http_reqs{name:a}': ['count==2'], http_reqs: ['count==3'] }),
    });
    for (const name of ['a', 'b', 'a']) results.add({ metric: 'http_reqs', atMs: 1, value: 1, tags: { name } });
    assert.deepEqual(
      results.thresholds(1_000).map(({ selector, ok }) => [selector, ok]),
      [
        ['http_reqs', true],
        ['http_reqs{name:a}', true],
      ],
    );
  });

  it('refuse a threshold of a metric that nobody declared, once all are declared', () => {
    const results = new Results({ startedAtMs: 0, thresholds: thresholds({ mine: ['count>0'] }) });
    assert.throws(() => results.assertAllKnown(), { code: 'bad-input', received: 'mine' });
    results.declare({ name: 'mine', type: 'counter', contains: 'default' });
    results.assertAllKnown();
  });

  it('refuse an aggregation that the type lacks, and a name twice with two types', () => {
    const broken = thresholds({ http_req_failed: ['p(95)<1'] });
    assert.throws(() => new Results({ startedAtMs: 0, thresholds: broken }), { code: 'bad-input' });
    const results = new Results({ startedAtMs: 0 });
    results.declare({ name: 'mine', type: 'trend', contains: 'time' });
    assert.throws(() => results.declare({ name: 'mine', type: 'rate', contains: 'default' }), { code: 'bad-input' });
    assert.throws(() => results.declare({ name: 'not a name', type: 'rate', contains: 'default' }), {
      code: 'bad-input',
    });
  });

  it('abort only on what was measured, asked for, and due', () => {
    const given = { http_req_failed: [parseThreshold('rate<0.1', '', { abortOnFail: true, delayAbortEvalMs: 500 })] };
    const results = new Results({ startedAtMs: 0, thresholds: given });
    assert.equal(results.aborting(1_000), undefined);
    results.add({ metric: 'http_req_failed', atMs: 1, value: 1, tags: noTags });
    assert.equal(results.aborting(499), undefined);
    assert.equal(results.aborting(500), 'http_req_failed: rate<0.1');
  });

  it('give the data of handleSummary and a text that shows what held, what not, and what was never measured', () => {
    const given = thresholds({ http_req_duration: ['p(95)<500', 'max<10'], checks: ['rate==1'] });
    const results = new Results({ startedAtMs: 0, thresholds: given });
    results.add({ metric: 'http_req_duration', atMs: 1, value: 20, tags: noTags });
    const data = summaryData(results, ['avg', 'p(95)'], 1_000);
    assert.deepEqual(data.metrics.http_req_duration, {
      type: 'trend',
      contains: 'time',
      values: { avg: 20, 'p(95)': 20 },
      thresholds: { 'p(95)<500': { ok: true }, 'max<10': { ok: false } },
    });
    assert.deepEqual(data.metrics.checks?.thresholds, { 'rate==1': { ok: false } });
    const text = summaryText(data);
    assert.match(text, /✓ p\(95\)<500\n {4}✗ max<10/);
    assert.match(text, /✗ rate==1 \(nothing was measured\)/);
    assert.match(text, /http_req_duration\.+: avg=20\.00ms p\(95\)=20\.00ms/);
  });
});
