import assert from 'node:assert/strict';
import { it } from 'node:test';
import { createMetrics } from './metrics.ts';

it('a call histogram prints as prom-client prints its own', async () => {
  const metrics = createMetrics();
  const options = { help: 'h', labels: ['method'] as const };
  const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
  const ours = metrics.calls({ ...options, name: 'ours_seconds' }).series({ method: 'a"b' });
  const theirs = metrics.histogram({ ...options, name: 'theirs_seconds', buckets });
  for (const ms of [0, 1, 1.1, 7, 250, 99_000]) {
    ours.observeMs(ms);
    theirs.observe({ method: 'a"b' }, ms / 1_000);
  }
  const text = await metrics.registry.metrics();
  const linesOf = (name: string) =>
    text
      .split('\n')
      .filter((line) => line.includes(name))
      .map((line) =>
        line.replaceAll(name, 'x').replace(/\{(.*)\}/, (_, labels: string) => labels.split(',').sort().join()),
      )
      .sort();
  assert.equal(linesOf('ours_seconds').length, 18);
  assert.deepEqual(linesOf('ours_seconds'), linesOf('theirs_seconds'));
});

it('asking twice for a metric gives the same', () => {
  const metrics = createMetrics();
  const options = { name: 'x_total', help: 'h' };
  assert.equal(metrics.counter(options), metrics.counter(options));
});
