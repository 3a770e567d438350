/** The controller dies on a real node while faults are injected: its kubelet starts it again, and the run goes on. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { KubeHttp } from '#base/kube/http.ts';
import { kubeconfigConnection } from '#base/kube/kubeconfig.ts';
import { difference, hostState } from '#k8s/containerd/host-state.ts';
import { folder, scenario, start } from '../support/cli.ts';
import { killLeaderDuringInject } from '../support/leader.ts';
import { leftBy } from '../support/left.ts';
import { readReports } from '../support/reports.ts';
import { assertResumed } from '../support/resumed.ts';

const name = `real-leader-${process.pid}`;
/** One node is enough for it, and shows that a region may be a namespace only. */
const command = ['start', '--once', '--cluster', 'containerd', '--node-count', '1', '--name', name];

it('a leader killed with SIGKILL during Inject: another goes on, all is recovered, nothing is left', {
  timeout: 8 * 60_000,
}, async () => {
  await using cwd = await folder();
  const before = hostState(name);
  const running = start([...command, '--scenario', scenario('no-load')], cwd.path);
  const { kubeconfig } = await running.event(({ type }) => type === 'ready');
  const http = new KubeHttp(await kubeconfigConnection(kubeconfig as string));
  const killed = await killLeaderDuringInject(running, http).finally(() => http.close());
  const { events, stderr } = await running.ended;
  const report = events.find(({ type }) => type === 'verdict')?.report;
  assert.ok(typeof report === 'string', stderr);
  const { record } = await readReports(report);
  assertResumed(record.experiment.status, killed);
  assert.deepEqual(await leftBy(name), []);
  assert.deepEqual(difference(before, hostState(name)), []);
});
