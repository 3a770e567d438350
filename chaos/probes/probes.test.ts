import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Bucket } from '../engine/load-stream.ts';
import { audit, bucket, buckets, T0 } from '../engine/testing/evidence.ts';
import { within } from './probe.ts';
import { probes } from './registry.ts';

const second = (change: Partial<Bucket>) => buckets(T0, T0 + 1_000, () => change);
const measure = (name: string, fields: object, window: readonly Bucket[], baseline = window) =>
  probes.get(name)!.measure(fields, { window, baseline });

test('the registry lists its folder', () => {
  assert.deepEqual(
    [...probes.keys()],
    [
      ...['acknowledged-plays', 'charged-once', 'mailed-once'],
      ...['rebuffer-ratio', 'startup-delay', 'stream-starts', 'viewer-errors'],
    ],
  );
});

test('viewer-errors: failed of all requests of every kind, with enough of them to resolve the limit', () => {
  const window = second({ requests: { segment: { ok: 97, failed: 1 }, start: { ok: 2, failed: 0 } } });
  const { value, samples, needed } = measure('viewer-errors', { max: 0.001 }, window);
  assert.deepEqual([value, samples, needed], [0.01, 1_000, 1_000]);
  assert.equal(measure('viewer-errors', { max: 0 }, window).needed, 30);
  assert.equal(measure('viewer-errors', { max: 0.1 }, second({ requests: {} })).value, undefined);
});

test('startup-delay: nearest-rank quantile of all starts; fewer than 1/(1−q) say nothing', () => {
  const window = [bucket(T0, { startupDelayMs: [[100, 95]] }), bucket(T0 + 100, { startupDelayMs: [[900, 5]] })];
  assert.equal(measure('startup-delay', { quantile: 0.95, maxMs: 1 }, window).value, 100);
  assert.equal(measure('startup-delay', { quantile: 0.96, maxMs: 1 }, window).value, 900);
  assert.equal(measure('startup-delay', { quantile: 0.95, maxMs: 1 }, window).needed, 20);
  assert.equal(measure('startup-delay', { quantile: 0.5, maxMs: 1 }, second({ startupDelayMs: [] })).value, undefined);
});

test('rebuffer-ratio: stalled of playing and stalled, from a viewer-minute on', () => {
  const { value, samples, needed } = measure(
    'rebuffer-ratio',
    { max: 0.1 },
    second({ playingMs: 900, rebufferMs: 100 }),
  );
  assert.deepEqual([value, samples, needed], [0.1, 10_000, 60_000]);
  assert.equal(measure('rebuffer-ratio', { max: 0.1 }, second({ playingMs: 0, rebufferMs: 0 })).value, undefined);
});

test('stream-starts: a rate as a ratio of the baseline, whose lack is missing data and not a finding', () => {
  const before = buckets(T0, T0 + 4_000, () => ({ starts: { ok: 2, failed: 0 } }));
  assert.equal(measure('stream-starts', { min: 0.5 }, second({ starts: { ok: 1, failed: 5 } }), before).value, 0.5);
  assert.equal(measure('stream-starts', { min: 0.5 }, second({ starts: { ok: 0, failed: 0 } }), before).value, 0);
  assert.equal(
    measure('stream-starts', { min: 0.5 }, before, second({ starts: { ok: 0, failed: 0 } })).value,
    undefined,
  );
  assert.equal(measure('stream-starts', { min: 0.5 }, [], before).value, undefined);
});

test('acknowledged-plays: what the auditor says, and nothing when it says nothing', () => {
  const probe = probes.get('acknowledged-plays')!;
  const judged = (record: object | undefined) =>
    probe.measure({ max: 0 }, { window: [], baseline: [], ...(record ? { audit: { ...audit, ...record } } : {}) });
  assert.deepEqual([judged({ lost: 2 }).value, judged({}).value], [2, 0]);
  assert.equal(judged(undefined).value, undefined);
  assert.equal(judged({ verdict: 'no-data' }).value, undefined);
});

test('charged-once, mailed-once: what the auditor says of each, and nothing when it says nothing', () => {
  const claim = { verdict: 'lost', lost: 2, acknowledged: 9, why: '', examples: [] } as const;
  for (const name of ['charged-once', 'mailed-once']) {
    const probe = probes.get(name)!;
    const judged = (claims: object | undefined) =>
      probe.measure({ max: 0 }, { window: [], baseline: [], ...(claims ? { claims } : {}) } as never);
    assert.deepEqual(judged({ [name]: claim }), { value: 2, samples: 9, needed: 1, atLeast: 2 });
    assert.equal(judged({ [name]: { ...claim, verdict: 'ok', lost: 0 } }).value, 0);
    assert.equal(judged(undefined).value, undefined);
    assert.equal(judged({ other: claim }).value, undefined);
    assert.equal(judged({ [name]: { ...claim, verdict: 'no-data', lost: 0, why: 'w' } }).missing, 'w');
  }
});

test('a limit is inclusive, and what is not a number is outside', () => {
  assert.equal(within(1, { value: 1, sense: 'max' }), true);
  assert.equal(within(1, { value: 1, sense: 'min' }), true);
  assert.equal(within(Number.NaN, { value: 1, sense: 'max' }), false);
});
