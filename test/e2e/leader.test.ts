/** The controller dies while faults are injected and viewers stream. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { scenario } from './support/cli.ts';
import { killLeaderDuringInject } from './support/leader.ts';
import { onCluster, verdictOf } from './support/on-cluster.ts';
import { readReports } from './support/reports.ts';
import { assertResumed } from './support/resumed.ts';

const on = await onCluster();

it('a leader killed with SIGKILL during Inject: another goes on, the verdict is as ever, nothing is left', async () => {
  const running = on.start('start', '--scenario', scenario('short'));
  const killed = await killLeaderDuringInject(running, on.cluster().http);
  const { exitCode, events, stderr } = await running.ended;
  assert.equal(exitCode, 0, stderr);
  const { record } = await readReports(verdictOf(events)!.report as string);
  assertResumed(record.experiment.status, killed);
  assert.deepEqual(await on.toxics(), []);
});
