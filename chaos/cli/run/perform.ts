/** One run on a cluster that is up: create the Experiment, watch it to its end, keep its record, show the verdict. */
import type { Clock } from '#base/clock.ts';
import type { Experiment } from '../../engine/experiment.ts';
import type { ExperimentStatus } from '../../engine/journal.ts';
import { modelOf } from '../../report/model.ts';
import type { RunRecord } from '../../report/record.ts';
import { verdictTable } from '../../report/table.ts';
import { writeReport } from '../../report/write.ts';
import type { Cluster } from '../cluster/connect.ts';
import type { Stop } from '../stop.ts';
import type { Output } from '../terminal/output.ts';
import { elapsed, tick } from '../terminal/step.ts';
import { askToAbort } from './abort.ts';
import { createExperiment } from './experiments.ts';
import { followExperiment } from './follow.ts';
import { longestMs } from './limit.ts';
import { liveLine } from './live-line.ts';
import { LoadLog } from './load-log.ts';
import { recordOf } from './record-of.ts';
import type { Scenario } from './scenario.ts';

export interface PerformOptions {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly scenario: Scenario;
  readonly out: Output;
  readonly stop: Stop;
  /** Where `reports/<run>/` is written. */
  readonly folder: string;
  /** The command line that repeats the run. */
  readonly repeat: string;
}

export interface Performed {
  readonly exitCode: number;
  readonly reportFolder: string;
}

/** Healing has its own bounds in the controller; beyond this it does not answer. */
const ABORT_PATIENCE_MS = 60_000;

/** Throws when the run could not begin; a run that began ends with a report, whatever happened. */
export async function perform(options: PerformOptions): Promise<Performed> {
  const { cluster, scenario, out, clock } = options;
  const created = await createExperiment(cluster.http, scenario.experiment);
  const { name } = created.metadata;
  out.terminal.line(`  ${out.terminal.style('strong', created.spec.title)}`);
  out.terminal.line(
    out.terminal.style('dim', `  experiment ${name}, seed ${created.spec.seed}, from ${scenario.file}`),
  );
  out.emit({ type: 'experiment', name, seed: created.spec.seed, file: scenario.file });
  const load = new LoadLog(cluster.http, clock);
  const { experiment, cutShort } = await watch({ ...options, created, load });
  const record = await recordOf({ cluster, experiment, load: await load.finish(), repeat: options.repeat, clock });
  return conclude(record, cutShort, options);
}

interface Watched {
  readonly experiment: Experiment;
  /** Why the run has no end of its own. */
  readonly cutShort: string | undefined;
}

async function watch(options: PerformOptions & { created: Experiment; load: LoadLog }): Promise<Watched> {
  const { cluster, out, stop, clock, created, load } = options;
  const { name } = created.metadata;
  const over = new AbortController();
  const screen = new Screen(out, created, clock);
  const ticking = tick(clock, over.signal, () => screen.draw());
  const limitMs = longestMs(created.spec);
  let cutShort: string | undefined;
  const cut = (reason: string) => {
    cutShort ??= reason;
    over.abort();
  };
  const bound = clock.sleep(limitMs, over.signal).then(
    () => cut(`the run was not complete within ${elapsed(limitMs)}`),
    () => undefined,
  );
  const asking = abortWhenAsked({ ...options, name, over: over.signal, cut });
  try {
    const last = await followExperiment({
      http: cluster.http,
      clock,
      name,
      signal: AbortSignal.any([over.signal, stop.forced]),
      onChange(experiment) {
        screen.show(experiment);
        const pod = experiment.status?.driver?.pod;
        if (pod) load.follow(pod);
      },
    });
    if (stop.forced.aborted) cut('ended by force');
    return { experiment: last ?? created, cutShort };
  } finally {
    over.abort();
    await Promise.all([ticking, bound, asking]);
    out.terminal.live(undefined);
  }
}

interface AbortOptions extends PerformOptions {
  readonly name: string;
  readonly over: AbortSignal;
  readonly cut: (reason: string) => void;
}

/** A first Ctrl-C: the controller is asked to heal and end; it has a bounded time for it. */
async function abortWhenAsked({ cluster, out, stop, clock, name, over, cut }: AbortOptions): Promise<void> {
  await new Promise<void>((resolve) => {
    for (const signal of [stop.asked, over]) {
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => resolve(), { once: true });
    }
  });
  if (!stop.asked.aborted || over.aborted) return;
  out.terminal.line(out.terminal.style('warn', 'stopping: the faults are healed first; a second Ctrl-C does not wait'));
  try {
    await askToAbort(cluster.http, name, 'asked by the user');
    await clock.sleep(ABORT_PATIENCE_MS, AbortSignal.any([over, stop.forced]));
    cut(`the controller did not end the run within ${elapsed(ABORT_PATIENCE_MS)} of being asked`);
  } catch (thrown) {
    if (over.aborted || stop.forced.aborted) return;
    cut(`the controller could not be asked to end the run: ${(thrown as Error).message}`);
  }
}

async function conclude(record: RunRecord, cutShort: string | undefined, options: PerformOptions): Promise<Performed> {
  const { out, stop, folder } = options;
  const model = modelOf(record);
  const reportFolder = await writeReport(record, folder);
  out.terminal.line();
  if (cutShort) out.terminal.line(`${out.terminal.style('warn', 'not complete')} ${cutShort}`);
  out.terminal.line(verdictTable(model, out.terminal.style));
  out.terminal.line(`  ${'report'.padEnd(15)} ${reportFolder}/report.html`);
  out.emit({
    type: 'verdict',
    outcome: model.outcome,
    exitCode: model.exitCode,
    reasons: model.reasons,
    report: reportFolder,
  });
  return { exitCode: stop.asked.aborted ? 4 : model.exitCode, reportFolder };
}

/** What is shown of a run while it goes on. */
class Screen {
  readonly #out: Output;
  readonly #clock: Clock;
  readonly #created: Experiment;
  #status: ExperimentStatus | undefined;
  #events = 0;

  constructor(out: Output, created: Experiment, clock: Clock) {
    this.#out = out;
    this.#created = created;
    this.#clock = clock;
  }

  show({ status }: Experiment): void {
    if (!status) return;
    const { terminal } = this.#out;
    if (status.phase !== this.#status?.phase) {
      terminal.line(`${terminal.style('accent', '▸')} ${status.phase}`);
      this.#out.emit({ type: 'phase', phase: status.phase, atMs: status.phaseAtMs[status.phase] ?? this.#clock.now() });
    }
    for (const { atMs, type, message } of status.events.slice(this.#events)) {
      if (type !== 'phase') terminal.line(`    ${terminal.style('dim', message)}`);
      this.#out.emit({ type: 'event', atMs, event: type, message });
    }
    this.#events = Math.max(this.#events, status.events.length);
    if (status.live && status.live.atMs !== this.#status?.live?.atMs) {
      const { atMs, ...figures } = status.live;
      this.#out.emit({ type: 'live', atMs, ...figures });
    }
    this.#status = status;
    this.draw();
  }

  draw(): void {
    const { terminal } = this.#out;
    if (!this.#status) terminal.live('waiting for the controller to take the experiment');
    else if (this.#status.phase === 'Complete') terminal.live(undefined);
    else terminal.live(liveLine(this.#status, this.#created.spec, this.#clock.now()));
  }
}
