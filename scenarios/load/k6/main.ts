import { systemClock } from '#base/clock.ts';
import { asFaultflixError, exitCodeOf, messageOf } from '#base/errors.ts';
import { Aggregator } from '../aggregate/aggregator.ts';
import type { DriveOptions } from '../drive.ts';
import { Results } from '../results/results.ts';
import { summaryData } from '../results/summary.ts';
import { parseThreshold } from '../results/threshold.ts';
import { type K6Line, parseK6Line } from './points.ts';
import { k6Version, runK6Process } from './process.ts';

const TICK_MS = 100;
/** k6 hands its samples on every 200 ms or so; a bucket waits for them. */
const GRACE_MS = 1_000;
const TREND_STATS = ['avg', 'min', 'med', 'max', 'p(90)', 'p(95)', 'p(99)'];

/** k6's exit codes (its errext/exitcodes) as ours; what is not here is 3, could not run. */
const exitCodes: Readonly<Record<number, { exitCode: number; reason?: string }>> = {
  0: { exitCode: 0 },
  99: { exitCode: 1, reason: 'k6: thresholds failed' },
  104: { exitCode: 2, reason: 'k6: invalid options' },
  105: { exitCode: 4, reason: 'k6: stopped from outside' },
  108: { exitCode: 4, reason: 'k6: aborted by the script' },
};

/** Runs a script with the user's k6 and makes the stream of its JSON lines, as they come, with the same aggregator. */
export async function runK6({ k6, ...options }: DriveOptions & { readonly k6: string }): Promise<number> {
  const { scriptPath, script, env, seed, signal, emit } = options;
  const driverVersion = await k6Version(k6);
  const startedAtMs = systemClock.now();
  emit({
    type: 'start',
    driver: 'k6',
    driverVersion,
    script,
    startedAtMs,
    seed,
    vus: Number(env.FAULTFLIX_VIEWERS) || 0,
  });
  const reader = new PointReader(startedAtMs, emit);
  const tick = setInterval(() => reader.aggregator.advance(systemClock.now()), TICK_MS);
  let outcome: { exitCode: number; reason?: string };
  try {
    const code = await runK6Process({ k6, scriptPath, env, signal, onLine: (line) => reader.read(line) });
    outcome = (typeof code === 'number' && exitCodes[code]) || { exitCode: 3, reason: `k6 ended with ${code}` };
    if (signal.aborted) outcome = { exitCode: 4, reason: messageOf(signal.reason) };
  } catch (thrown) {
    const error = asFaultflixError(thrown);
    outcome = { exitCode: exitCodeOf(error), reason: messageOf(error) };
  } finally {
    clearInterval(tick);
  }
  const endedAtMs = systemClock.now();
  reader.aggregator.end(endedAtMs);
  const { metrics } = summaryData(reader.results, TREND_STATS, endedAtMs);
  const thresholds = reader.thresholds(endedAtMs);
  // k6 knows thresholds of submetrics, which its JSON does not name; we know that one without a sample shows nothing.
  if (outcome.exitCode === 1 && Object.values(thresholds).every(Boolean)) thresholds.k6 = false;
  const failed = Object.keys(thresholds).filter((name) => !thresholds[name]);
  if (outcome.exitCode === 0 && failed.length > 0) {
    outcome = { exitCode: 1, reason: `thresholds failed: ${failed.join('; ')}` };
  }
  if (outcome.exitCode === 0 && reader.torn > 0) {
    outcome = { exitCode: 3, reason: `${reader.torn} lines of k6's output could not be read` };
  }
  emit({ type: 'summary', metrics, thresholds });
  if (outcome.reason) process.stderr.write(`${outcome.reason}\n`);
  emit({ type: 'end', atMs: endedAtMs, ...outcome });
  return outcome.exitCode;
}

class PointReader {
  readonly results: Results;
  readonly aggregator: Aggregator;
  torn = 0;

  constructor(startedAtMs: number, emit: DriveOptions['emit']) {
    this.results = new Results({ startedAtMs });
    this.aggregator = new Aggregator({ startedAtMs, graceMs: GRACE_MS, emit });
  }

  read(text: string): void {
    try {
      this.#take(text, parseK6Line(text));
    } catch (thrown) {
      this.torn++;
      process.stderr.write(`k6's JSON output: ${messageOf(thrown)}\n`);
    }
  }

  #take(text: string, line: K6Line): void {
    switch (line.is) {
      case 'metric': {
        this.results.declare(line.info);
        const parsed = line.thresholds.map((source) => parseThreshold(source, `k6, ${line.info.name}`));
        if (parsed.length > 0) this.results.addThresholds(line.info.name, parsed);
        break;
      }
      case 'point':
        if (!this.results.metrics.has(line.sample.metric)) {
          this.torn++;
          break;
        }
        this.results.add(line.sample);
        this.aggregator.add(line.sample);
        break;
      case 'other':
        process.stderr.write(`${text}\n`);
        break;
      case 'torn':
        this.torn++;
        process.stderr.write(`not a line of k6's JSON output: ${text.slice(0, 200)}\n`);
        break;
    }
  }

  thresholds(nowMs: number): Record<string, boolean> {
    const all = this.results.thresholds(nowMs);
    return Object.fromEntries(all.map(({ selector, threshold, ok }) => [`${selector}: ${threshold.source}`, ok]));
  }
}
