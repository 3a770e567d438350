import type { Run, ScenarioState } from './context.ts';
import type { Vu } from './executor.ts';
import { executorNamed } from './executors.ts';
import type { Scenario } from './options.ts';

export interface ScenarioRun {
  readonly scenario: Scenario;
  readonly state: ScenarioState;
  readonly vus: readonly Vu[];
  readonly run: Run;
  readonly ending: AbortSignal;
  readonly stop: AbortSignal;
  readonly late: (ms: number) => void;
}

export function stateOf(scenario: Scenario, env: Readonly<Record<string, string>>): ScenarioState {
  return {
    name: scenario.name,
    executor: scenario.executor,
    env: { ...env, ...scenario.env },
    tags: scenario.tags,
    exec: scenario.exec,
    startedAtMs: 0,
    durationMs: executorNamed(scenario.executor)!.durationMs(scenario.config),
    iterations: 0,
  };
}

export const maxVusOf = (scenario: Scenario): number => executorNamed(scenario.executor)!.maxVus(scenario.config);

/** Waits for the scenario's start time, runs its executor, and gives up what the graceful stop did not see end. */
export async function runScenario({ scenario, state, vus, run, ending, stop, late }: ScenarioRun): Promise<void> {
  const { clock } = run;
  await clock.sleep(scenario.startTimeMs, ending).catch(() => undefined);
  if (ending.aborted) return;
  state.startedAtMs = clock.now();
  const over = new AbortController();
  const giveUp = new AbortController();
  clock.sleep(state.durationMs + scenario.gracefulStopMs, over.signal).then(
    () => giveUp.abort(),
    () => undefined,
  );
  const tags = { ...run.options.tags, scenario: scenario.name, ...scenario.tags };
  const emit = (metric: string) => run.emit({ metric, atMs: clock.now(), value: 1, tags });
  try {
    await executorNamed(scenario.executor)!.run(scenario.config, {
      clock,
      startedAtMs: state.startedAtMs,
      signal: AbortSignal.any([stop, giveUp.signal]),
      ending,
      vus,
      dropped: () => emit('dropped_iterations'),
      late,
    });
  } finally {
    over.abort();
  }
}
