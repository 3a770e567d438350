import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { reachable } from './address.ts';
import { backoffMs } from './clock.ts';
import { durationMs, parseDurationMs } from './duration.ts';
import { mounted } from './mounts.ts';
import { distanceMs, listener, places, protocols } from './names.ts';
import { sample, seededRng } from './rng.ts';

test('pod addresses are translated on the loopback network and nowhere else', () => {
  assert.equal(reachable('10.1.2.3', { FAULTFLIX_NETWORK: 'loopback' }), '127.1.2.3');
  assert.equal(reachable('192.168.10.3', { FAULTFLIX_NETWORK: 'loopback' }), '192.168.10.3');
  assert.equal(reachable('10.1.2.3', {}), '10.1.2.3');
});

test('mounts are found under the root that the kubelet gives, elsewhere at their own path', () => {
  assert.equal(mounted('/var/run/x', { FAULTFLIX_ROOT: '/tmp/pod' }), '/tmp/pod/var/run/x');
  assert.equal(mounted('/var/run/x', {}), '/var/run/x');
});

test('durations are read with their unit, and nothing else passes for one', () => {
  assert.equal(parseDurationMs('1m30s'), 90_000);
  assert.equal(parseDurationMs('0.5s'), 500);
  for (const bad of ['', '300', '-5s', '5 s', '5sec', 's', '1e3ms', 'NaNs', '5s ']) {
    assert.equal(parseDurationMs(bad), undefined, bad);
  }
  assert.throws(() => durationMs('5 lightyears', 'a.yaml:spec.baseline'), {
    code: 'bad-input',
    where: 'a.yaml:spec.baseline',
  });
});

test('no two listeners of a pod share a port', () => {
  const ports = protocols.flatMap((protocol) => places.map((place) => listener(protocol, place).port));
  assert.equal(new Set(ports).size, ports.length);
});

test('distance is the same both ways and nothing at home', () => {
  assert.equal(distanceMs('us-east-1', 'us-west-2'), 65);
  assert.equal(distanceMs('us-west-2', 'us-east-1'), 65);
  for (const place of places) assert.equal(distanceMs(place, place), 0);
});

test('the same seed draws the same numbers; a fork is not disturbed by what was drawn before', () => {
  const a = seededRng(7);
  const b = seededRng(7);
  b.next();
  assert.equal(a.fork('victims').next(), b.fork('victims').next());
  assert.notEqual(seededRng(7).next(), seededRng(8).next());
});

test('draws are uniform within what 100,000 of them allow (chi-square, 99 degrees, p = 0.001)', () => {
  const rng = seededRng('uniform');
  const buckets = new Array<number>(100).fill(0);
  for (let i = 0; i < 100_000; i++) buckets[Math.floor(rng.next() * 100)]! += 1;
  const chi2 = buckets.reduce((sum, n) => sum + (n - 1000) ** 2 / 1000, 0);
  assert.ok(chi2 < 148.2, `chi-square ${chi2}`);
});

test('a sample has the asked number of different items, all of the pool', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer()), fc.nat(20), fc.integer(), (pool, count, seed) => {
      const chosen = sample(pool, count, seededRng(seed));
      assert.equal(chosen.length, Math.min(count, pool.length));
      assert.equal(new Set(chosen).size, chosen.length);
      assert.ok(chosen.every((item) => pool.includes(item)));
    }),
  );
});

test('back-off grows to its bound and stays there', () => {
  const limits = { firstMs: 100, maxMs: 1_000 };
  assert.deepEqual(
    [0, 1, 2, 3, 4, 99].map((n) => backoffMs(n, limits)),
    [100, 200, 400, 800, 1_000, 1_000],
  );
});
