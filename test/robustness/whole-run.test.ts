import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Outcome } from '#chaos/engine/journal.ts';
import { type RunWithOptions, runWith, scenario } from './run-with.ts';

/** The whole runner in a world with one thing wrong: how it ends, and that nothing of it is left. */
const failing = { requests: { segment: { ok: 4, failed: 36 } } };
const epoch = 1_800_000_000_000;
const later = (ms: number, change: object) => (atMs: number) => (atMs >= epoch + ms ? change : {});

const runs: {
  readonly name: string;
  readonly spoil?: RunWithOptions['spoil'];
  readonly yaml?: string;
  readonly outcome: Outcome;
  readonly reason: RegExp;
  readonly injections: number;
}[] = [
  {
    name: 'viewers see the fault',
    spoil: { figures: (atMs) => (atMs >= epoch + 6_000 && atMs < epoch + 8_000 ? failing : {}) },
    outcome: 'deviated',
    reason: /viewer-errors ≤ 0.01/,
    injections: 2,
  },
  {
    name: 'viewers never recover',
    spoil: { figures: later(6_000, failing) },
    outcome: 'deviated',
    reason: /not well again within 20s: viewers still see viewer-errors outside its limit/,
    injections: 2,
  },
  {
    name: 'an abort condition',
    spoil: { figures: later(6_000, failing) },
    yaml: scenario.replace('  method:', '  abort: [{ measure: viewer-errors, max: 0.5, for: 1s }]\n  method:'),
    outcome: 'aborted',
    reason: /viewer-errors was 0.9, more than the limit of 0.5 for 1s/,
    injections: 2,
  },
  {
    name: 'the figures stop under the fault',
    spoil: { silentFromMs: epoch + 4_000 },
    outcome: 'inconclusive',
    reason: /figures stopped for 10s while faults were injected/,
    injections: 2,
  },
  {
    name: 'the figures stop in the baseline',
    spoil: { silentFromMs: epoch + 1_000 },
    outcome: 'inconclusive',
    reason: /figures stopped in the baseline/,
    injections: 0,
  },
  {
    name: 'the baseline is not steady',
    spoil: { figures: () => failing },
    outcome: 'inconclusive',
    reason: /baseline was not steady/,
    injections: 0,
  },
  {
    name: 'a driver that lags in the baseline',
    spoil: { figures: () => ({ lagMs: 900 }) },
    outcome: 'inconclusive',
    reason: /900 ms behind in the baseline/,
    injections: 0,
  },
  {
    name: 'nobody is opted in',
    spoil: { optedIn: false },
    outcome: 'inconclusive',
    reason: /1 pods are to be hit, 0 can be/,
    injections: 0,
  },
  {
    name: 'a selector that matches nothing',
    yaml: scenario.replace('service: catalog', 'service: catalogue'),
    outcome: 'bad-input',
    reason: /matches no pod: service catalogue/,
    injections: 0,
  },
  {
    name: 'more than the blast radius',
    yaml: scenario.replace('service: catalog', 'service: catalog, count: 2'),
    outcome: 'bad-input',
    reason: /2 of 2 pods in us-east-1 would be hit/,
    injections: 0,
  },
  {
    name: 'a replacement that is never ready',
    spoil: { readyAfterMs: 10_000_000 },
    outcome: 'deviated',
    reason: /playback in us-east-1 has fewer than 2 ready pods/,
    injections: 2,
  },
  {
    name: 'toxics that stay',
    spoil: { sticky: true },
    outcome: 'residue',
    reason: /toxics was absent, is grpc-from-us-east-1\/ff\./,
    injections: 2,
  },
];

for (const { name, spoil = {}, yaml = scenario, outcome, reason, injections } of runs) {
  test(`${outcome}: ${name}`, async () => {
    const { cluster, complete } = await runWith({ spoil, yaml });
    const { status } = cluster;
    assert.ok(complete, `never ended: ${status?.phase}`);
    assert.equal(status?.verdict?.outcome, outcome, status?.verdict?.reasons.join('; ') ?? 'no verdict');
    assert.match(status.verdict.reasons.join('\n'), reason);
    assert.equal(cluster.injections.length, injections);
    if (outcome !== 'residue') assert.deepEqual(cluster.faultToxics, []);
  });
}

test('an abort condition heals within a second of the bucket that met it', async () => {
  const yaml = scenario.replace('  method:', '  abort: [{ measure: viewer-errors, max: 0.5, for: 1s }]\n  method:');
  const { cluster } = await runWith({ yaml, spoil: { figures: later(6_000, failing) } });
  const { abort, marks } = cluster.status!;
  for (const { recoveredMs } of marks) assert.ok(recoveredMs! - abort!.atMs <= 1_000);
  assert.ok(abort!.atMs >= epoch + 7_000 && abort!.atMs <= epoch + 8_000, 'not before and not long after its time');
});
