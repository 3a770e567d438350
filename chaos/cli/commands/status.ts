/** What is up, how well, and which runs there were. */
import { labels } from '#base/names.ts';
import { versionOf } from '../cluster/connect.ts';
import { clusterOptions } from '../cluster/locate.ts';
import { onCluster } from '../cluster/on-cluster.ts';
import { command } from '../command.ts';
import { progressOf, type Workload } from '../deploy/rollout.ts';
import { listExperiments } from '../run/experiments.ts';

export default command({
  summary: 'Show the cluster, how many of its pods are ready, and the experiments with their outcomes.',
  options: { ...clusterOptions },
  examples: [
    { line: 'faultflix status', does: 'the local cluster' },
    { line: 'faultflix status --json', does: 'for programs' },
  ],
  async run({ options, out }) {
    return onCluster(options, async (cluster) => {
      const { http, server, kubeconfig } = cluster;
      const lists = await Promise.all(
        (['Deployment', 'DaemonSet'] as const).map(async (kind) => {
          const path = `/apis/apps/v1/${kind.toLowerCase()}s`;
          const query = { labelSelector: `${labels.partOf}=faultflix` };
          const { items } = await http.json<{ items: Workload[] }>({ path, query });
          return items.map((item) => ({ ...item, kind }));
        }),
      );
      const { ready, readyPods, wantedPods, waitingFor } = progressOf(lists.flat());
      const experiments = (await listExperiments(http)).map(({ metadata, status }) => ({
        name: metadata.name,
        phase: status?.phase ?? 'Pending',
        outcome: status?.verdict?.outcome,
        seed: status?.seed,
      }));
      const notReady = waitingFor.map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`);
      const kubernetes = await versionOf(cluster);
      out.emit({ type: 'status', server, kubeconfig, kubernetes, ready, readyPods, wantedPods, notReady, experiments });
      const { style } = out.terminal;
      out.print(`cluster      ${server} (Kubernetes ${kubernetes})`);
      out.print(`kubeconfig   ${kubeconfig}`);
      out.print(
        `platform     ${readyPods} of ${wantedPods} pods ready ${ready ? style('good', 'all ready') : style('warn', notReady.join(', '))}`,
      );
      if (experiments.length === 0) out.print('experiments  none');
      for (const { name, phase, outcome, seed } of experiments) {
        out.print(
          `experiment   ${name.padEnd(24)} ${phase.padEnd(9)} ${outcome ?? ''} ${seed === undefined ? '' : style('dim', `seed ${seed}`)}`,
        );
      }
      return 0;
    });
  },
});
