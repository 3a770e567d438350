/** The known-bad case of everything that holds: a run that must not. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { scenario } from './support/cli.ts';
import { onCluster, verdictOf } from './support/on-cluster.ts';
import { readReports } from './support/reports.ts';

const on = await onCluster();

describe('a run that must deviate', () => {
  it('deviates (1), and the reports name what failed', async () => {
    const { exitCode, events, stderr } = await on.run('start', '--scenario', scenario('must-deviate'));
    assert.equal(exitCode, 1, stderr);
    assert.equal(verdictOf(events)?.outcome, 'deviated');
    const { junit, record } = await readReports(verdictOf(events)!.report as string);
    assert.match(junit, /<failure message="deviated/);
    assert.ok(
      record.experiment.status.verdict!.potency.every(({ potent }) => potent),
      'the faults were real',
    );
  });

  it('left nothing in the network', async () => {
    assert.deepEqual(await on.toxics(), []);
    const { exitCode, events, stderr } = await on.run('heal');
    assert.equal(exitCode, 0, stderr);
    assert.equal(events.find(({ type }) => type === 'healed')?.removed, 0);
  });
});
