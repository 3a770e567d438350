import { asFaultflixError, exitCodeOf, messageOf } from '#base/errors.ts';
import { parseCommand, type RealNodes } from './command-line.ts';
import type { ClusterOptions } from './supervisor/cluster.ts';
import { down, sweepAfterDeath } from './supervisor/down.ts';
import type { Event } from './supervisor/events.ts';
import { lifeline } from './supervisor/lifeline.ts';
import { type ClusterPlace, clusterPlace } from './supervisor/state-dir.ts';
import { toolsDir } from './tools/cache-root.ts';
import { releaseHosts } from './tools/catalogue.ts';
import { type EnsureNamed, ensureTools } from './tools/ensure.ts';
import type { OnProgress } from './tools/progress.ts';
import { clearWorkDirs } from './tools/work-dir.ts';

const emit = (event: Event) => {
  process.stdout.write(`${JSON.stringify(event)}\n`);
};

const ensure: EnsureNamed = ({ env = process.env, ...what }) =>
  ensureTools({ dir: toolsDir(), hosts: releaseHosts, env, ...what });

const progressEvents: OnProgress = (progress) => emit({ type: 'progress', stage: 'tools', ...progress });

/** Carries out a command line; resolves to the exit code. */
async function run(args: readonly string[]): Promise<number> {
  const command = parseCommand(args);
  switch (command.verb) {
    case 'up': {
      const life = lifeline();
      const place = clusterPlace(command.name);
      const real = command.realNodes && (await realCluster(place, command.realNodes));
      const { up } = await import('./supervisor/up.ts');
      await up({
        place,
        env: process.env,
        emit,
        kubelet: command.kubelet,
        ...real,
        signal: life.end,
        hurry: life.hurry,
        ensureTools: (signal, env) => ensure({ tools: command.tools, signal, env, onProgress: progressEvents }),
      });
      emit({ type: 'down' });
      return 0;
    }
    case 'down':
      await down(clusterPlace(command.name));
      await clearWorkDirs(toolsDir());
      emit({ type: 'down' });
      return 0;
    case 'sweep':
      await sweepAfterDeath(clusterPlace(command.name));
      await clearWorkDirs(toolsDir());
      return 0;
    case 'tools': {
      const paths = await ensure({ tools: command.tools, signal: lifeline().end, onProgress: progressEvents });
      process.stdout.write(`${JSON.stringify({ type: 'tools', paths: Object.fromEntries(paths) })}\n`);
      return 0;
    }
    case 'kubectl': {
      const { kubectl } = await import('./supervisor/kubectl.ts');
      return kubectl({ place: clusterPlace(command.name), args: command.args, ensure });
    }
  }
}

/** What makes `up` one of real nodes. */
async function realCluster(place: ClusterPlace, { count, archives }: RealNodes) {
  const [{ RealCluster }, { layoutNodes }, { provideImages }, { checkMachine }, { factsOf }] = await Promise.all([
    import('../containerd/cluster.ts'),
    import('../containerd/layout.ts'),
    import('../containerd/images/provide.ts'),
    import('../containerd/check.ts'),
    import('../containerd/facts.ts'),
  ]);
  const nodes = layoutNodes(count);
  return {
    check: () => checkMachine(factsOf(place), { nodes: count }),
    create: (options: ClusterOptions) => new RealCluster({ ...options, nodes, provideImages: provideImages(archives) }),
  };
}

/** As `run`, with errors told as an event. Never rejects. */
export async function runTelling(args: readonly string[]): Promise<number> {
  try {
    return await run(args);
  } catch (thrown) {
    const error = asFaultflixError(thrown);
    emit({ type: 'error', error: error.toJSON() });
    if (error.code === 'internal') {
      process.stderr.write(`${thrown instanceof Error ? thrown.stack : messageOf(thrown)}\n`);
    }
    return exitCodeOf(error);
  }
}
