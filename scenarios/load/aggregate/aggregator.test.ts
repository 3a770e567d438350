import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Sample } from '../results/sample.ts';
import type { BucketLine, PlayedLine, ToldLine } from '../stream.ts';
import { judgedTag, names } from '../viewer/names.ts';
import { Aggregator } from './aggregator.ts';
import { toHistogram } from './histogram.ts';

function collect({ startedAtMs = 1_000, graceMs = 50 } = {}) {
  const lines: (BucketLine | PlayedLine | ToldLine)[] = [];
  const aggregator = new Aggregator({ startedAtMs, graceMs, emit: (line) => lines.push(line) });
  const buckets = () => lines.filter((line) => line.type === 'bucket');
  return { aggregator, lines, buckets };
}

const sample = (metric: string, atMs: number, value = 1, tags: Record<string, string> = {}): Sample => ({
  metric,
  atMs,
  value,
  tags,
});
const total = (buckets: readonly BucketLine[], kind: string, outcome: 'ok' | 'failed') =>
  buckets.reduce((sum, { requests }) => sum + (requests[kind]?.[outcome] ?? 0), 0);

describe('the aggregator', () => {
  it('writes a bucket for every 100 ms, empty ones too, up to the end', () => {
    const { aggregator, buckets } = collect({ startedAtMs: 1_030 });
    aggregator.advance(1_149);
    assert.deepEqual(buckets(), []);
    aggregator.advance(1_250);
    assert.deepEqual(
      buckets().map(({ atMs }) => atMs),
      [1_000, 1_100],
    );
    aggregator.end(1_499);
    assert.deepEqual(
      buckets().map(({ atMs }) => atMs),
      [1_000, 1_100, 1_200, 1_300, 1_400],
    );
    assert.deepEqual(buckets()[4]?.requests, {});
  });

  it('counts what the viewer saw, and what it did not see apart', () => {
    const { aggregator, buckets } = collect();
    aggregator.add(sample(names.request, 1_010, 1, { name: 'segment', ok: 'true' }));
    aggregator.add(sample(names.request, 1_020, 1, { name: 'segment', ok: 'false', code: '1050' }));
    aggregator.add(sample(names.retried, 1_030, 1, { name: 'start', code: '1212' }));
    aggregator.add(sample('http_req_failed', 1_030, 1, { name: 'start', [judgedTag]: 'viewer', error_code: '1212' }));
    aggregator.add(sample(names.playStarts, 1_040, 1, { ok: 'true' }));
    aggregator.add(sample(names.playStarts, 1_040, 1, { ok: 'false' }));
    aggregator.add(sample(names.startupDelay, 1_040, 321));
    aggregator.add(sample(names.playing, 1_050, 250.4));
    aggregator.add(sample(names.rebuffer, 1_050, 99.6));
    aggregator.end(1_099);
    assert.deepEqual(buckets(), [
      {
        type: 'bucket',
        atMs: 1_000,
        spanMs: 100,
        requests: { segment: { ok: 1, failed: 1 } },
        errors: { 'segment:1050': 1 },
        retried: { 'start:1212': 1 },
        latencyMs: {},
        starts: { ok: 1, failed: 1 },
        startupDelayMs: [[321, 1]],
        playingMs: 250,
        rebufferMs: 100,
        viewers: 0,
        lagMs: 0,
      },
    ]);
  });

  it('judges requests one by one for scripts that have no viewer', () => {
    const { aggregator, buckets } = collect();
    aggregator.add(sample('http_req_failed', 1_010, 0, { name: 'home' }));
    aggregator.add(sample('http_req_failed', 1_010, 1, { name: 'home', error_code: '1503', status: '503' }));
    aggregator.add(sample('http_req_duration', 1_010, 12, { name: 'home' }));
    aggregator.add(sample('dropped_iterations', 1_010, 2));
    aggregator.end(1_099);
    assert.deepEqual(buckets()[0]?.requests, { home: { ok: 1, failed: 1 }, iteration: { ok: 0, failed: 2 } });
    assert.deepEqual(buckets()[0]?.errors, { 'home:1503': 1, 'iteration:dropped': 2 });
    assert.deepEqual(buckets()[0]?.latencyMs, { home: [[12, 1]] });
  });

  it('puts a late sample into the oldest open bucket and says so', () => {
    const { aggregator, buckets } = collect();
    aggregator.advance(1_250);
    aggregator.add(sample(names.request, 1_010, 1, { name: 'start', ok: 'false', code: '1050' }));
    aggregator.end(1_299);
    assert.deepEqual(
      buckets().map(({ late }) => late),
      [undefined, undefined, 1],
    );
    assert.equal(total(buckets(), 'start', 'failed'), 1);
    assert.equal(aggregator.late, 1);
  });

  it('keeps the number of viewers until it is told another', () => {
    const { aggregator, buckets } = collect();
    aggregator.add(sample('vus', 1_010, 7));
    aggregator.add(sample('vus', 1_210, 9));
    aggregator.end(1_399);
    assert.deepEqual(
      buckets().map(({ viewers }) => viewers),
      [7, 7, 9, 9],
    );
  });

  it('marks every bucket that a delay of the driver touched', () => {
    const { aggregator, buckets } = collect();
    aggregator.lag(1_650, 600);
    aggregator.end(1_799);
    assert.deepEqual(
      buckets().map(({ lagMs }) => lagMs),
      [600, 600, 600, 600, 600, 600, 600, 0],
    );
  });

  it('survives a time far ahead', () => {
    const { aggregator, buckets } = collect();
    aggregator.add(sample(names.request, 1e15, 1, { name: 'start', ok: 'true' }));
    aggregator.end(1_099);
    assert.equal(total(buckets(), 'start', 'ok'), 1);
  });

  it('passes observations of plays on at once', () => {
    const { aggregator, lines } = collect();
    const tags = {
      session: 's',
      title: 't',
      playback: 'p',
      event: 'refused',
      by: 'heartbeat',
      code: '1404',
      continued: 'true',
    };
    aggregator.add(sample(names.played, 1_010.4, 1, tags));
    assert.deepEqual(lines, [
      {
        type: 'played',
        atMs: 1_010,
        session: 's',
        title: 't',
        playback: 'p',
        event: 'refused',
        by: 'heartbeat',
        code: '1404',
        acknowledged: true,
        continued: true,
      },
    ]);
  });

  it('passes on what a viewer was told, at the time that it is no older than', () => {
    const { aggregator, lines } = collect();
    const bill = { account: 'a', bill: 'a.1', amount_minor: '799', currency: 'USD', state: 'paid', scenario: 'x' };
    aggregator.add(sample(names.told, 1_510.4, 1, { line: 'bill-seen', since: '1490', ...bill }));
    const expected = { account: 'a', bill: 'a.1', amountMinor: 799, currency: 'USD', state: 'paid' };
    assert.deepEqual(lines, [{ type: 'bill-seen', atMs: 1_490, ...expected }]);
  });

  it('loses nothing and invents nothing, in whatever order samples and time come', () => {
    const step = fc.oneof(
      fc.record({ atMs: fc.integer({ min: 0, max: 5_000 }), ok: fc.boolean() }),
      fc.record({ advanceMs: fc.integer({ min: 0, max: 5_000 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const { aggregator, buckets } = collect({ startedAtMs: 0 });
        let ok = 0;
        let failed = 0;
        for (const each of steps) {
          if ('advanceMs' in each) aggregator.advance(each.advanceMs);
          else {
            aggregator.add(sample(names.request, each.atMs, 1, { name: 'x', ok: String(each.ok), code: '1' }));
            if (each.ok) ok++;
            else failed++;
          }
        }
        aggregator.end(5_000);
        assert.equal(total(buckets(), 'x', 'ok'), ok);
        assert.equal(total(buckets(), 'x', 'failed'), failed);
        assert.deepEqual(
          buckets().map(({ atMs }) => atMs),
          buckets().map((_, index) => index * 100),
        );
      }),
    );
  });
});

describe('histograms', () => {
  it('keep two significant digits, rounded up', () => {
    assert.deepEqual(toHistogram([{ ms: 0 }, { ms: 7 }, { ms: 7.4 }, { ms: 1_234 }]), [
      [0, 1],
      [7, 2],
      [1_239, 1],
    ]);
  });

  it('correct for coordinated omission: a long wait stands for the requests it held back', () => {
    assert.deepEqual(toHistogram([{ ms: 100, everyMs: 30 }]), [
      [40, 1],
      [70, 1],
      [100, 1],
    ]);
    assert.deepEqual(toHistogram([{ ms: 100 }]), [[100, 1]]);
  });
});
