/**
 * The local cluster: docs/architecture.md, "Processes of npm start".
 *
 *   up [--name default] [--no-kubelet]   runs a cluster until SIGINT, SIGTERM or the end of stdin (a pipe)
 *   down [--name default]                ends it, whoever runs it
 *   kubectl [--name default] …           kubectl against it
 *   tools [--json] [tool…]               only makes the tools
 *   sweep --name NAME                    what the guardian runs; not for people
 */
import { asFaultflixError, exitCodeOf, FaultflixError, messageOf } from '#base/errors.ts';
import { parseCommand } from './command-line.ts';
import { down, sweepAfterDeath } from './supervisor/down.ts';
import type { Event } from './supervisor/events.ts';
import { lifeline } from './supervisor/lifeline.ts';
import { clusterPlace } from './supervisor/state-dir.ts';
import { toolsDir } from './tools/cache.ts';
import { releaseHosts, type ToolName } from './tools/catalogue.ts';
import { ensureTools } from './tools/ensure.ts';
import type { OnProgress } from './tools/progress.ts';

const emit = (event: Event) => {
  process.stdout.write(`${JSON.stringify(event)}\n`);
};

const ensure = (tools: readonly ToolName[], signal: AbortSignal, onProgress: OnProgress) =>
  ensureTools({ tools, dir: toolsDir(), hosts: releaseHosts, env: process.env, onProgress, signal });

const progressEvents: OnProgress = (progress) => emit({ type: 'progress', stage: 'tools', ...progress });

async function main(args: readonly string[]): Promise<number> {
  const command = parseCommand(args);
  switch (command.verb) {
    case 'up': {
      const life = lifeline();
      const { up } = await import('./supervisor/up.ts');
      await up({
        place: clusterPlace(command.name),
        env: process.env,
        emit,
        kubelet: command.kubelet,
        signal: life.end,
        hurry: life.hurry,
        ensureTools: (signal) => ensure(command.tools, signal, progressEvents),
      });
      emit({ type: 'down' });
      return 0;
    }
    case 'down':
      await down(clusterPlace(command.name));
      emit({ type: 'down' });
      return 0;
    case 'sweep':
      await sweepAfterDeath(clusterPlace(command.name));
      return 0;
    case 'tools': {
      const paths = await ensure(command.tools, lifeline().end, progressEvents);
      process.stdout.write(`${JSON.stringify({ type: 'tools', paths: Object.fromEntries(paths) })}\n`);
      return 0;
    }
    case 'kubectl': {
      const { kubectl } = await import('./supervisor/kubectl.ts');
      return kubectl({ place: clusterPlace(command.name), args: command.args, ensure });
    }
  }
}

// What is awaited may have no handle of its own: an abort, a lock, a child that is not waited for by the event loop.
setInterval(() => {}, 2 ** 30);

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (thrown) {
  const error = asFaultflixError(thrown);
  emit({ type: 'error', error: error.toJSON() });
  if (error.code === 'internal')
    process.stderr.write(`${thrown instanceof Error ? thrown.stack : messageOf(thrown)}\n`);
  process.exitCode = error instanceof FaultflixError ? exitCodeOf(error) : 3;
}
process.exit();
