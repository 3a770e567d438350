import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseLoadLine } from './load-stream.ts';
import { liveFigures, Observer, timelineOf } from './observer.ts';
import { bucket, buckets, T0 } from './testing/evidence.ts';
import { missingBuckets } from './windows.ts';

const start = JSON.stringify({
  type: 'start',
  driver: 'embedded',
  driverVersion: '1',
  script: 's',
  startedAtMs: T0,
  seed: 1,
  vus: 1,
});
const play = JSON.stringify({
  type: 'played',
  atMs: T0,
  session: 's',
  title: 't',
  playback: 'p',
  event: 'acknowledged',
});
const end = (exitCode: number, atMs: number) => JSON.stringify({ type: 'end', atMs, exitCode, reason: 'x' });

test('what viewers were told is kept for the auditor, once, and not among the plays', () => {
  const observer = new Observer();
  const told = [
    { type: 'account-acknowledged', atMs: 1, account: 'a', mail: 'a@x' },
    { type: 'subscription-acknowledged', atMs: 2, account: 'a', plan: 'basic' },
    { type: 'bill-seen', atMs: 3, account: 'a', bill: 'a.1', amountMinor: 799, currency: 'USD', state: 'paid' },
    { type: 'subscription-seen', atMs: 3, account: 'a', plan: 'basic', state: 'active' },
  ].map((line) => JSON.stringify(line));
  for (let reading = 0; reading < 2; reading++) for (const line of told) observer.push(line);
  assert.deepEqual([observer.told, observer.plays, observer.broken], [told, [], 0]);
  observer.push('{"type":"bill-seen","atMs":3,"account":"a"}');
  assert.equal(observer.broken, 1);
});

test('a log that is read again from its beginning repeats nothing', () => {
  const observer = new Observer();
  const log = [
    start,
    ...buckets(T0, T0 + 1_000).map((each) => JSON.stringify(each)),
    play,
    '{"type":"bucket","atMs":1}',
  ];
  for (let reading = 0; reading < 2; reading++) {
    observer.reread();
    for (const line of log) observer.push(line);
  }
  assert.equal(observer.buckets.length, 10);
  assert.deepEqual(observer.plays, [play]);
  assert.equal(observer.data(T0).broken, 1);
});

test('a driver that ended before the run did has failed; one that was ended after it has not', () => {
  const ended = (exitCode: number, atMs: number) => {
    const observer = new Observer();
    for (const line of [start, JSON.stringify(bucket(T0)), end(exitCode, atMs)]) observer.push(line);
    return observer.data(T0 + 5_000).failure;
  };
  assert.match(ended(0, T0 + 1_000) ?? '', /exit code 0/);
  assert.equal(ended(4, T0 + 6_000), undefined);
  assert.match(ended(3, T0 + 6_000) ?? '', /exit code 3/);
});

test('lines: the stream’s own, others that are skipped, and those that are broken', () => {
  assert.equal(parseLoadLine('listening on 1'), undefined);
  assert.equal(parseLoadLine('{"level":"info"}'), undefined);
  assert.equal(parseLoadLine(start)?.type, 'start');
  assert.equal(parseLoadLine('{"type":"bucket","atMs":')?.type, 'broken');
  assert.equal(parseLoadLine(JSON.stringify({ ...bucket(T0), playingMs: -1 }))?.type, 'broken');
});

test('live figures are those of the last second; the timeline sums and never grows beyond its bound', () => {
  const observer = new Observer();
  const all = buckets(T0, T0 + 5_000, (atMs) =>
    atMs >= T0 + 4_000 ? { requests: { segment: { ok: 9, failed: 1 } } } : {},
  );
  for (const each of all) observer.push(JSON.stringify(each));
  assert.deepEqual(liveFigures(observer), {
    atMs: T0 + 5_000,
    viewers: 100,
    sps: 10,
    requests: 100,
    errorRatio: 0.1,
    startupP95Ms: 400,
    rebufferRatio: 0,
  });
  const timeline = timelineOf(observer.buckets);
  assert.equal(timeline.length, 10);
  assert.equal(
    timeline.reduce((sum, { failed }) => sum + failed, 0),
    10,
  );
  assert.ok(timelineOf(buckets(T0, T0 + 3_600_000)).length <= 601);
});

test('missing buckets are counted, whether at the edges or within', () => {
  const window = { fromMs: T0 + 1_050, toMs: T0 + 3_030 };
  const all = buckets(T0, T0 + 5_000);
  const without = (...atMs: number[]) => all.filter((each) => !atMs.includes(each.atMs - T0));
  assert.equal(missingBuckets(all, window), 0);
  assert.equal(missingBuckets(without(2_000), window), 1);
  assert.equal(missingBuckets(without(2_000, 2_100, 2_500), window), 3);
  assert.equal(missingBuckets(without(1_000, 1_100), window), 1, 'half a bucket at the edge is no hole');
  assert.equal(missingBuckets(all.slice(0, 25), window), 5);
  assert.equal(missingBuckets([], window), 19);
});
