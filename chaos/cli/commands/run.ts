/** One experiment on a cluster that is up. The same file and seed choose the same victims at the same times. */
import { join } from 'node:path';
import { clusterOptions } from '../cluster/locate.ts';
import { onCluster } from '../cluster/on-cluster.ts';
import { command } from '../command.ts';
import { deployedOn } from '../run/deployed.ts';
import { planOn, showPlan } from '../run/dry-run.ts';
import { perform } from '../run/perform.ts';
import { quoted, repeatLine } from '../run/repeat.ts';
import { checkTargets, readScenario, scenarioOptions } from '../run/scenario.ts';

export default command({
  summary: 'Run an experiment on a cluster that is up, and show the verdict.',
  positionals: ['FILE'],
  options: {
    'dry-run': {
      type: 'boolean',
      help: 'say whom the seed would choose now, what would be done and when; apply nothing',
    },
    ...scenarioOptions,
    ...clusterOptions,
  },
  examples: [
    { line: 'faultflix run scenarios/first-light.yaml', does: 'on the local cluster that `npm start` left up' },
    { line: 'faultflix run scenarios/first-light.yaml --seed 7', does: 'with other victims' },
    { line: 'faultflix run scenarios/first-light.yaml --dry-run', does: 'victims and timeline, nothing applied' },
    { line: 'faultflix run FILE --kubeconfig FILE --context kind-kind', does: 'on a cluster of your own' },
  ],
  async run({ options, positionals: [given], out, clock, stop, cwd }) {
    const file = given!;
    const scenario = await readScenario(file, options);
    return onCluster(options, async (cluster) => {
      checkTargets(scenario, await deployedOn(cluster.http));
      if (options['dry-run']) return showPlan(await planOn(cluster, scenario), scenario, out);
      const repeat = repeatLine({
        begin: 'npm run faultflix -- run',
        scenario,
        file: quoted(file),
        cluster: options,
      });
      return (await perform({ cluster, clock, scenario, out, stop, repeat, folder: join(cwd, 'reports') })).exitCode;
    });
  },
});
