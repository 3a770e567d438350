import { Console } from 'node:console';
import { writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { systemClock } from '#base/clock.ts';
import { type FaultflixError, messageOf } from '#base/errors.ts';
import { Aggregator } from '../aggregate/aggregator.ts';
import type { DriveOptions } from '../drive.ts';
import { summaryData, summaryText } from '../results/summary.ts';
import { type Outcome, runTest } from './test-run.ts';

const TICK_MS = 100;
const DELAY_RESOLUTION_MS = 10;
/** Samples of this process are taken when they happen; a bucket only waits for the tick that is under way. */
const GRACE_MS = 50;

/** Runs a script with the embedded driver: stream by `emit`, summary on stderr. Resolves to the exit code. */
export async function runEmbedded(options: DriveOptions & { readonly stream: boolean }): Promise<number> {
  const { scriptPath, script, env, seed, signal, emit } = options;
  const clock = systemClock;
  // stdout belongs to the stream: what a script prints goes where k6 prints it.
  globalThis.console = new Console(process.stderr, process.stderr);
  const onRejection = (reason: unknown) => console.error('unhandled rejection in the script:', reason);
  process.on('unhandledRejection', onRejection);

  let aggregator: Aggregator | undefined;
  const delay = monitorEventLoopDelay({ resolution: DELAY_RESOLUTION_MS });
  const tick = setInterval(() => {
    const nowMs = clock.now();
    aggregator?.lag(nowMs, Math.max(0, delay.max / 1e6 - DELAY_RESOLUTION_MS));
    delay.reset();
    aggregator?.advance(nowMs);
  }, TICK_MS);

  const outcome = await runTest({
    scriptPath,
    env,
    clock,
    signal,
    onReady: ({ vus }) => {
      const startedAtMs = clock.now();
      emit({ type: 'start', driver: 'embedded', driverVersion: process.version, script, startedAtMs, seed, vus });
      aggregator = new Aggregator({ startedAtMs, graceMs: GRACE_MS, emit });
      delay.enable();
    },
    onSample: (sample) => aggregator?.add(sample),
    onLate: (lateMs) => aggregator?.lag(clock.now(), lateMs),
    summaryData: (results, { summaryTrendStats }, nowMs) => summaryData(results, summaryTrendStats, nowMs),
    onSummary: (outputs, results, { summaryTrendStats }) => {
      if (outputs) writeOutputs(outputs, options.stream);
      else process.stderr.write(summaryText(summaryData(results, summaryTrendStats, clock.now())));
    },
  });
  clearInterval(tick);
  delay.disable();
  process.off('unhandledRejection', onRejection);
  const endedAtMs = clock.now();
  aggregator?.end(endedAtMs);
  finish(outcome, endedAtMs, emit);
  return outcome.exitCode;
}

function finish(
  { results, options, thresholds, exitCode, reason, error }: Outcome,
  atMs: number,
  emit: DriveOptions['emit'],
) {
  if (results && options) {
    const { metrics } = summaryData(results, options.summaryTrendStats, atMs);
    emit({ type: 'summary', metrics, thresholds });
  }
  if (error) process.stderr.write(`${describe(error)}\n`);
  else if (reason) process.stderr.write(`${reason}\n`);
  emit({ type: 'end', atMs, exitCode, ...(reason ? { reason } : {}) });
}

function describe(error: FaultflixError): string {
  const { where, expected, received, todo } = error;
  const parts = Object.entries({ where, expected, received, 'to do': todo }).filter(([, value]) => value);
  return [messageOf(error), ...parts.map(([name, value]) => `  ${name}: ${value}`)].join('\n');
}

/** What handleSummary returned: stdout, stderr, or files by name. */
function writeOutputs(outputs: Record<string, unknown>, stream: boolean): void {
  for (const [name, content] of Object.entries(outputs)) {
    const text = typeof content === 'string' ? content : Buffer.from(content as ArrayBuffer);
    if (name === 'stderr' || (name === 'stdout' && stream)) process.stderr.write(text);
    else if (name === 'stdout') process.stdout.write(text);
    else writeFileSync(name, text);
  }
}
