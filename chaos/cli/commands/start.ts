/** The whole story: cluster, platform, experiment, verdict; then it stays, or ends with the verdict's exit code. */
import { join, relative } from 'node:path';
import { FaultflixError } from '#base/errors.ts';
import { connect } from '../cluster/connect.ts';
import { type CommandContext, command, type OptionTable } from '../command.ts';
import { type Manifest, renderedManifests } from '../deploy/manifest.ts';
import { checkRegistry, withRegistry } from '../deploy/registry.ts';
import { repository } from '../repository.ts';
import { deployedByManifests } from '../run/deployed.ts';
import { perform } from '../run/perform.ts';
import { quoted, repeatLine } from '../run/repeat.ts';
import { checkTargets, readScenario, type Scenario, scenarioOptions } from '../run/scenario.ts';
import { checked } from '../start/checked.ts';
import { clusterKindOf, startOptions } from '../start/choice.ts';
import { type Home, homeOf } from '../start/home.ts';
import { platformUp } from '../start/platform-up.ts';

const options = {
  once: {
    type: 'boolean',
    help: 'end after the verdict, with its exit code; a cluster that was made goes, on your own the platform stays',
  },
  scenario: { type: 'string', value: 'FILE', help: 'the experiment to run (default: scenarios/first-light.yaml)' },
  ...scenarioOptions,
  ...startOptions,
} as const satisfies OptionTable;

type Context = CommandContext<typeof options>;

export default command({
  summary: 'Start a cluster with the platform, or put it on yours; run an experiment, show the verdict.',
  options,
  examples: [
    { line: 'npm start', does: 'the whole story; the cluster stays until Ctrl-C' },
    { line: 'npm start -- --once', does: 'the same, ending with the exit code of the verdict' },
    { line: 'npm start -- --seed 7 --viewers 20', does: 'other victims, fewer viewers' },
    { line: 'npm start -- --cluster containerd', does: 'on real kubelets with containerd (root, Linux)' },
    { line: 'npm start -- --cluster containerd --node-count 1', does: 'on one of them: a region is a namespace only' },
    { line: 'npm start -- --cluster kind', does: 'on a kind cluster, made for it (Docker)' },
    { line: 'npm start -- --kubeconfig FILE --context kind-kind', does: 'on a cluster of your own' },
    { line: 'npm start -- --kubeconfig FILE --registry ghcr.io/me', does: 'the same, with images of your registry' },
  ],
  async run(context) {
    const { options: chosen, env, out, clock, stop } = context;
    clusterKindOf(chosen);
    if (chosen.registry !== undefined) checkRegistry(chosen.registry);
    const file = chosen.scenario ?? relative(context.cwd, join(repository, 'scenarios', 'first-light.yaml'));
    const scenario = await readScenario(file, chosen);
    const manifests = await renderedManifests({ env });
    checkTargets(scenario, deployedByManifests(manifests));
    const story = { ...context, scenario, manifests };
    try {
      const home = await homeOf({ choice: chosen, env, out, clock, stop });
      return await inHome(story, home);
    } catch (thrown) {
      if (!(thrown instanceof FaultflixError && thrown.code === 'cancelled' && stop.asked.aborted)) throw thrown;
      out.terminal.line(thrown.message);
      return STOPPED_BEFORE_THE_RUN;
    }
  },
});

/** What shells give a command that a Ctrl-C ended: 128 + SIGINT. */
const STOPPED_BEFORE_THE_RUN = 130;

interface Story extends Context {
  readonly scenario: Scenario;
  /** Of the overlay `local`, with images as they are named there. */
  readonly manifests: readonly Manifest[];
}

async function inHome(story: Story, home: Home): Promise<number> {
  const applied = { anything: false };
  try {
    const exitCode = await runOn(story, home, applied);
    if (!story.options.once && !story.stop.asked.aborted) await home.stay();
    return exitCode;
  } finally {
    await home.end(applied.anything);
  }
}

async function runOn(story: Story, { address, foreign }: Home, applied: { anything: boolean }): Promise<number> {
  const { scenario, options: chosen, env, out, clock, stop, cwd } = story;
  const { registry } = chosen;
  const cluster = await connect(address, clock);
  try {
    const { placement } = await checked({
      cluster,
      manifests: story.manifests,
      foreign,
      registry: registry !== undefined,
      regionsAsNamespaces: chosen['regions-as-namespaces'],
      out,
      clock,
    });
    const placed = placement === 'local' ? story.manifests : await renderedManifests({ env, overlay: placement });
    const manifests = registry === undefined ? placed : withRegistry(placed, registry);
    applied.anything = true;
    await platformUp({ cluster, manifests, out, clock, stop, pulling: registry !== undefined });
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
