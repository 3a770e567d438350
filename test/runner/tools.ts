/** The clusters' tools, made before anything that is timed: on a machine without them that takes minutes. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { systemClock } from '#base/clock.ts';
import { FaultflixError } from '#base/errors.ts';
import { parseSupervisorLine, progressText } from '#chaos/cli/cluster/supervisor-events.ts';
import { step } from '#chaos/cli/terminal/step.ts';
import { Terminal } from '#chaos/cli/terminal/terminal.ts';
import { clusterTools, realClusterTools } from '#k8s/local/tools/catalogue.ts';

export async function makeTools(root: string, { realNodes }: { readonly realNodes: boolean }): Promise<void> {
  const clock = systemClock;
  const terminal = new Terminal({ stream: process.stdout, clock });
  const tools = [...(realNodes ? realClusterTools : clusterTools), 'kubectl'];
  await step({ terminal, clock, name: `tools (${tools.join(', ')})` }, async ({ at }) => {
    const child = spawn(process.execPath, [join(root, 'k8s/local/main.ts'), 'tools', '--json', ...tools], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let failure: unknown;
    createInterface({ input: child.stdout }).on('line', (line) => {
      const event = parseSupervisorLine(line);
      if (event?.type === 'progress') at(progressText(event));
      if (event?.type === 'error') failure = FaultflixError.fromJSON(event.error);
    });
    const [exitCode] = (await once(child, 'close')) as [number | null];
    if (failure) throw failure;
    if (exitCode !== 0)
      throw new FaultflixError('could-not-run', 'the tools could not be made', { received: `exit code ${exitCode}` });
    return { said: '', value: undefined };
  });
}
