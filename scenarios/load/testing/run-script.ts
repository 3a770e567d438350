import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '#base/clock.ts';
import { type Outcome, runTest } from '../driver/test-run.ts';
import type { Sample } from '../results/sample.ts';
import { type SummaryData, summaryData } from '../results/summary.ts';

export interface ScriptRun extends Outcome {
  readonly samples: readonly Sample[];
  readonly summary: SummaryData | undefined;
  /** What handleSummary returned. */
  readonly outputs: Record<string, unknown> | undefined;
  /** What the script printed with `console.log`, in order. */
  readonly printed: readonly string[];
  sum(metric: string): number;
}

export interface ScriptOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Called for each sample, as it comes. */
  readonly onSample?: (sample: Sample) => void;
  /** More files beside the script, by name. */
  readonly files?: Readonly<Record<string, string>>;
}

/** Runs a script, given as text, with the embedded driver in this process. */
export async function runScript(source: string, options: ScriptOptions = {}): Promise<ScriptRun> {
  const folder = await mkdtemp(join(tmpdir(), 'load-script-'));
  const scriptPath = join(folder, 'script.ts');
  const samples: Sample[] = [];
  const printed: string[] = [];
  const seen: { outputs?: Record<string, unknown> | undefined; summary?: SummaryData } = {};
  const { log, error } = console;
  console.log = (...values: unknown[]) => printed.push(values.join(' '));
  console.error = (...values: unknown[]) => printed.push(`error: ${values.join(' ')}`);
  try {
    await writeFile(scriptPath, source);
    for (const [name, text] of Object.entries(options.files ?? {})) await writeFile(join(folder, name), text);
    const outcome = await runTest({
      scriptPath,
      env: options.env ?? {},
      clock: systemClock,
      signal: options.signal ?? new AbortController().signal,
      onSample: (sample) => {
        samples.push(sample);
        options.onSample?.(sample);
      },
      summaryData: (results, { summaryTrendStats }, nowMs) => summaryData(results, summaryTrendStats, nowMs),
      onSummary: (outputs, results, { summaryTrendStats }) => {
        seen.outputs = outputs;
        seen.summary = summaryData(results, summaryTrendStats, systemClock.now());
      },
    });
    const sum = (metric: string) =>
      samples.filter((each) => each.metric === metric).reduce((total, { value }) => total + value, 0);
    return { ...outcome, samples, printed, sum, outputs: seen.outputs, summary: seen.summary };
  } finally {
    Object.assign(console, { log, error });
    await rm(folder, { recursive: true, force: true });
  }
}
