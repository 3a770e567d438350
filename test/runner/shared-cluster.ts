/** One local cluster for all suites that ask a real API; the user's own when `KUBECONFIG` names one. */

import { systemClock } from '#base/clock.ts';
import { type Supervisor, startSupervisor } from '#chaos/cli/cluster/supervisor.ts';
import { progressText } from '#chaos/cli/cluster/supervisor-events.ts';
import { step } from '#chaos/cli/terminal/step.ts';
import { Terminal } from '#chaos/cli/terminal/terminal.ts';

export interface SharedCluster {
  readonly kubeconfig: string;
  down(): Promise<void>;
}

const clock = systemClock;
const terminal = new Terminal({ stream: process.stdout, clock });

export async function sharedCluster(signal: AbortSignal): Promise<SharedCluster> {
  let supervisor: Supervisor | undefined;
  const kubeconfig = await step({ terminal, clock, name: 'the cluster of the tests' }, async ({ at }) => {
    supervisor = startSupervisor({
      name: `test-${process.pid}`,
      env: process.env,
      clock,
      onEvent(event) {
        if (event.type === 'progress') at(progressText(event));
        else if (event.type === 'restarted') terminal.line(`the cluster restarted its ${event.what}`);
      },
    });
    const stopped = new Promise<never>((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
    const ready = await Promise.race([supervisor.ready, stopped]).catch(async (reason: unknown) => {
      await supervisor!.down();
      throw reason;
    });
    return { said: ready.kubeconfig, value: ready.kubeconfig };
  });
  return { kubeconfig, down: () => supervisor!.down() };
}
