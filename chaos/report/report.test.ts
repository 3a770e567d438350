import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { htmlOf } from './html/page.ts';
import { judge } from './judgement.ts';
import { junitOf } from './junit.ts';
import { modelOf } from './model.ts';
import { parseRecord } from './record.ts';
import { verdictTable } from './table.ts';
import { knownBad } from './testing/known-bad.ts';
import { sampleRecord, withStatus, withVerdict } from './testing/sample.ts';
import { wellFormed } from './testing/well-formed.ts';

const plain = (_tone: string, text: string) => text;
const held = modelOf(sampleRecord());

describe('a run that held', () => {
  it('is held everywhere', () => {
    assert.equal(judge(sampleRecord()).outcome, 'held');
    assert.match(verdictTable(held, plain), /^HELD {2}/);
    assert.match(htmlOf(held), /<header class="verdict held">/);
    assert.match(junitOf(held), /tests="10" failures="0" errors="0" skipped="0"/);
  });

  it('says each expectation with its values, each fault with its effect and residue, seed, driver and repeat', () => {
    const table = verdictTable(held, plain);
    for (const { expected } of held.expectations) assert.ok(table.includes(expected), expected);
    for (const { pod, effect } of held.faults) assert.ok(table.includes(pod) && table.includes(effect), pod);
    for (const text of ['20261124', 'embedded 0.1.0', held.repeat, 'RTO', 'RPO']) assert.ok(table.includes(text), text);
  });

  it('draws a point a second and leaves out what is not known', () => {
    assert.equal(held.points.length, 60);
    const record = sampleRecord();
    const holed = { ...record.load, buckets: record.load.buckets.filter((_, index) => index < 100 || index >= 200) };
    assert.equal(modelOf({ ...record, load: holed }).points.length, 50);
  });
});

describe('known-bad journals', () => {
  for (const { what, record, outcome } of knownBad) {
    it(`${what}: ${outcome}, and nowhere green`, () => {
      const model = modelOf(record);
      assert.equal(model.outcome, outcome);
      assert.notEqual(model.exitCode, 0);
      assert.ok(model.reasons.length > 0);
      assert.doesNotMatch(verdictTable(model, plain), /^HELD/);
      assert.doesNotMatch(htmlOf(model), /class="verdict held"/);
      const junit = junitOf(model);
      const [, failures, errors] = junit.match(/<testsuites[^>]* failures="(\d+)" errors="(\d+)"/)!;
      assert.ok(Number(failures) + Number(errors) > 0, junit);
      assert.doesNotMatch(junit, /<skipped/);
    });
  }
});

describe('the renderings', () => {
  const hostile = withVerdict(
    withStatus(sampleRecord(), {
      events: [{ atMs: 1, type: 'x', message: '</script><img src=http://evil.test/>"\'&\u0001' }],
    }),
    { outcome: 'deviated', reasons: ['<b>"&\u0000\u000b</b>'] },
  );

  it('are well formed, whatever the journal holds', () => {
    for (const record of [sampleRecord(), hostile, ...knownBad.map((each) => each.record)]) {
      wellFormed(junitOf(modelOf(record)));
    }
  });

  it('take nothing of a journal for markup', () => {
    const html = htmlOf(modelOf(hostile));
    assert.ok(!html.includes('<img'));
    assert.ok(!html.includes('<b>"'));
    assert.equal(html.match(/<script/g)?.length, 2);
  });

  it('name no address outside the page', () => {
    const html = htmlOf(held);
    assert.doesNotMatch(html, /(src|href|url)\s*[=(]/i);
    assert.doesNotMatch(html, /https?:\/\//);
    assert.match(html, /Content-Security-Policy" content="default-src 'none'/);
  });

  it('say why there is no picture when there is no data', () => {
    const record = { ...sampleRecord(), load: { buckets: [], brokenLines: 0, missing: 'the load never started' } };
    assert.match(htmlOf(modelOf(record)), /No data: the load never started/);
  });

  it('draw no line over seconds of which nothing is known', () => {
    const record = sampleRecord();
    const buckets = record.load.buckets.filter((_, index) => index < 100 || index >= 200);
    const lines = (html: string) => html.match(/<g class="panel errors">.*?<\/g>/s)![0].match(/<polyline/g)!.length;
    assert.equal(lines(htmlOf(held)), 1);
    assert.equal(lines(htmlOf(modelOf({ ...record, load: { ...record.load, buckets } }))), 2);
  });
});

describe('a saved record', () => {
  it('reads back as it was', () => {
    const record = sampleRecord();
    assert.deepEqual(parseRecord(JSON.stringify(record), 'report.json'), record);
  });

  for (const [what, text] of [
    ['not JSON', 'hello'],
    ['another object', '{"format":1}'],
    ['another format', JSON.stringify({ ...sampleRecord(), format: 99 })],
    ['no journal', JSON.stringify({ ...sampleRecord(), experiment: { metadata: { name: 'x' } } })],
  ] as const) {
    it(`is refused when it is ${what}`, () => {
      assert.throws(() => parseRecord(text, 'report.json'), { code: 'bad-input' });
    });
  }
});
