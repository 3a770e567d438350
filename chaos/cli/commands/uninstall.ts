/** Takes the platform off a cluster of one's own. Asks of the cluster what was applied, so any version can be taken off. */
import { FaultflixError } from '#base/errors.ts';
import { CHAOS_NAMESPACE } from '#base/names.ts';
import { type Cluster, connect, versionOf } from '../cluster/connect.ts';
import { clusterOptions, locate } from '../cluster/locate.ts';
import { command } from '../command.ts';
import { renderedManifests } from '../deploy/manifest.ts';
import { appliedTo, removeAll } from '../deploy/uninstall.ts';
import { runningExperiments } from '../preflight/gather.ts';
import { kubectlFor } from '../preflight/preflight.ts';
import { step } from '../terminal/step.ts';

/** Namespaces end when their pods have: 10 s of grace each, on nodes that may be busy. */
const GONE_TIMEOUT_MS = 300_000;

export default command({
  summary: 'Delete what `start` applied to a cluster, and nothing else; waits until it is gone.',
  options: { ...clusterOptions },
  examples: [
    { line: 'faultflix uninstall --kubeconfig FILE --context kind-kind', does: 'off a cluster of your own' },
    { line: 'faultflix uninstall', does: 'off the local cluster, which stays up; `faultflix down` ends it' },
  ],
  async run({ options, env, out, clock, stop }) {
    const cluster = await connect(await locate(options), clock);
    try {
      await versionOf(cluster);
      await refuseWhileRunning(cluster);
      const applied = await appliedTo(cluster.http, await renderedManifests({ env }));
      const namespaces = applied.filter(({ kind }) => kind === 'Namespace').map(({ name }) => name);
      if (applied.length === 0) {
        out.print(`nothing of Faultflix is on ${cluster.server}`);
      } else {
        await step(
          { terminal: out.terminal, clock, name: `taking Faultflix off ${cluster.server}` },
          async ({ at }) => {
            await removeAll(applied, {
              http: cluster.http,
              clock,
              timeoutMs: GONE_TIMEOUT_MS,
              signal: stop.asked,
              onLeft: (left) => at(`${left.length} of ${applied.length} objects left`),
            });
            return { said: 'nothing of it is left', value: undefined };
          },
        );
        out.print(`deleted  namespaces ${namespaces.join(', ')} with all in them`);
        const others = applied.filter(({ kind }) => kind !== 'Namespace').map(({ kind, name }) => `${kind} ${name}`);
        out.print(`         ${others.join(', ')}`);
      }
      out.emit({ type: 'uninstalled', objects: applied.map(({ kind, name }) => ({ kind, name })) });
      return 0;
    } finally {
      cluster.close();
    }
  },
});

/** Somebody may be watching it. */
async function refuseWhileRunning(cluster: Cluster): Promise<void> {
  const running = await runningExperiments(cluster.http);
  if (running.length === 0) return;
  const kubectl = `${kubectlFor(cluster)} -n ${CHAOS_NAMESPACE}`;
  throw new FaultflixError('could-not-run', `an experiment runs: ${running.join(', ')}; nothing was deleted`, {
    where: cluster.server,
    expected: 'no Experiment before phase Complete',
    todo: `wait for its end, or end it: ${kubectl} annotate experiment ${running[0]} faultflix.dev/abort=asked; when no controller is left: ${kubectl} delete experiment ${running[0]}`,
  });
}
