/** The whole story: cluster, platform, experiment, verdict; then it stays, or ends with the verdict's exit code. */
import { join, relative } from 'node:path';
import { FaultflixError } from '#base/errors.ts';
import { type ClusterAddress, connect } from '../cluster/connect.ts';
import { checkChoice, clusterOptions, DEFAULT_NAME } from '../cluster/locate.ts';
import { type CommandContext, command, type OptionTable } from '../command.ts';
import { type Manifest, renderedManifests } from '../deploy/manifest.ts';
import { repository } from '../repository.ts';
import { deployedByManifests } from '../run/deployed.ts';
import { perform } from '../run/perform.ts';
import { quoted, repeatLine } from '../run/repeat.ts';
import { checkTargets, readScenario, type Scenario, scenarioOptions } from '../run/scenario.ts';
import { clusterUp, type LocalCluster, refusal } from '../start/cluster-up.ts';
import { platformUp } from '../start/platform-up.ts';

const options = {
  once: { type: 'boolean', help: 'end after the verdict, with its exit code, and leave nothing behind' },
  scenario: { type: 'string', value: 'FILE', help: 'the experiment to run (default: scenarios/first-light.yaml)' },
  ...scenarioOptions,
  ...clusterOptions,
} as const satisfies OptionTable;

type Context = CommandContext<typeof options>;

export default command({
  summary: 'Start a local cluster with the platform, run an experiment, show the verdict.',
  options,
  examples: [
    { line: 'npm start', does: 'the whole story; the cluster stays until Ctrl-C' },
    { line: 'npm start -- --once', does: 'the same, ending with the exit code of the verdict' },
    { line: 'npm start -- --seed 7 --viewers 20', does: 'other victims, fewer viewers' },
    { line: 'npm start -- --kubeconfig FILE --context kind-kind', does: 'on a cluster of your own' },
  ],
  async run(context) {
    checkChoice(context.options);
    const file = context.options.scenario ?? relative(context.cwd, join(repository, 'scenarios', 'first-light.yaml'));
    const scenario = await readScenario(file, context.options);
    const manifests = await renderedManifests({ env: context.env });
    checkTargets(scenario, deployedByManifests(manifests));
    const story = { ...context, scenario, manifests };
    try {
      const { kubeconfig, context: name } = context.options;
      return await (kubeconfig === undefined ? onLocalCluster(story) : runOn(story, { kubeconfig, context: name }));
    } catch (thrown) {
      if (!(thrown instanceof FaultflixError && thrown.code === 'cancelled' && context.stop.asked.aborted))
        throw thrown;
      context.out.terminal.line(thrown.message);
      return STOPPED_BEFORE_THE_RUN;
    }
  },
});

/** What shells give a command that a Ctrl-C ended: 128 + SIGINT. */
const STOPPED_BEFORE_THE_RUN = 130;

interface Story extends Context {
  readonly scenario: Scenario;
  readonly manifests: readonly Manifest[];
}

async function onLocalCluster(story: Story): Promise<number> {
  const {
    options: { name = DEFAULT_NAME, once },
    env,
    out,
    clock,
    stop,
  } = story;
  const { supervisor, ready } = await clusterUp({ name, env, out, clock, stop });
  let exitCode: number;
  try {
    exitCode = await runOn(story, { kubeconfig: ready.kubeconfig, localName: name });
    if (!once && !stop.asked.aborted) await stay(story, { supervisor, ready });
  } finally {
    out.terminal.live('taking the cluster down');
    await supervisor.down(stop.forced);
    out.terminal.live(undefined);
  }
  out.terminal.line('The cluster is down; nothing of it is left.');
  return exitCode;
}

/** Until Ctrl-C. Rejects when the cluster ends by itself. */
async function stay({ out: { terminal }, stop }: Story, { supervisor, ready }: LocalCluster): Promise<void> {
  terminal.line();
  terminal.line('The cluster stays until Ctrl-C. In another terminal:');
  terminal.line(`  export KUBECONFIG=${quoted(ready.kubeconfig)}`);
  terminal.line('  npm run faultflix -- --help');
  const stopped = refusal(stop.asked).catch(() => 'stopped');
  if ((await Promise.race([supervisor.ended, stopped])) === 'stopped') return;
  throw new FaultflixError('could-not-run', 'the local cluster ended by itself', { todo: 'start it again: npm start' });
}

async function runOn(story: Story, address: ClusterAddress): Promise<number> {
  const { scenario, manifests, options: chosen, out, clock, stop, cwd } = story;
  const cluster = await connect(address, clock);
  try {
    await platformUp({ cluster, manifests, out, clock, stop });
    const repeat = repeatLine({
      begin: 'npm start -- --once',
      scenario,
      file: `--scenario ${quoted(scenario.file)}`,
      cluster: chosen,
    });
    return (await perform({ cluster, clock, scenario, out, stop, repeat, folder: join(cwd, 'reports') })).exitCode;
  } finally {
    cluster.close();
  }
}
