/** The local cluster, its nodes real or ours, brought up with its progress shown. */
import type { Clock } from '#base/clock.ts';
import { FaultflixError } from '#base/errors.ts';
import { type Supervisor, startSupervisor } from '../cluster/supervisor.ts';
import { nodesText, progressText, type ReadyEvent, type SupervisorEvent } from '../cluster/supervisor-events.ts';
import type { Stop } from '../stop.ts';
import type { Output } from '../terminal/output.ts';
import { elapsed, step } from '../terminal/step.ts';

export interface ClusterUpOptions {
  readonly name: string;
  readonly realNodes?: { readonly count?: number | undefined } | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly out: Output;
  readonly clock: Clock;
  readonly stop: Stop;
}

export interface LocalCluster {
  readonly supervisor: Supervisor;
  readonly ready: ReadyEvent;
}

/** Rejects with `cancelled` when asked to stop; whatever was started is ended first. */
export async function clusterUp({ name, realNodes, env, out, clock, stop }: ClusterUpOptions): Promise<LocalCluster> {
  const { terminal } = out;
  return step({ terminal, clock, name: realNodes ? 'cluster of real nodes' : 'local cluster' }, async ({ at }) => {
    const announced = new Set<string>();
    const show = (event: SupervisorEvent) => {
      out.emit({ ...event, source: 'cluster' });
      if (event.type === 'progress') {
        // A build takes minutes: say so at once, and not only on the live line.
        if (event.way === 'build' && event.etaMs !== undefined && !announced.has(event.what)) {
          announced.add(event.what);
          terminal.line(`  ${event.what} must be built once: about ${elapsed(event.etaMs)}`);
        }
        at(progressText(event));
      } else if (event.type === 'stage') at(`${event.stage} ${event.state}`);
      else if (event.type === 'recovered')
        terminal.line(`  ended ${event.ended} processes that a killed cluster had left`);
      else if (event.type === 'restarted')
        terminal.line(terminal.style('warn', `the cluster restarted its ${event.what}`));
    };
    const supervisor = startSupervisor({ name, realNodes, env, onEvent: show, clock });
    try {
      const ready = await Promise.race([supervisor.ready, refusal(stop.asked)]);
      return { said: nodesText(ready.nodes), value: { supervisor, ready } };
    } catch (thrown) {
      await supervisor.down(stop.forced);
      throw thrown;
    }
  });
}

/** Rejects when the signal aborts. */
export function refusal(signal: AbortSignal): Promise<never> {
  const stopped = () => new FaultflixError('cancelled', 'stopped before the run began');
  return new Promise((_resolve, reject) => {
    if (signal.aborted) reject(stopped());
    signal.addEventListener('abort', () => reject(stopped()), { once: true });
  });
}
