import type { Clock } from '#base/clock.ts';
import { asFaultflixError, exitCodeOf, FaultflixError, messageOf } from '#base/errors.ts';
import { Results } from '../results/results.ts';
import type { Sample } from '../results/sample.ts';
import { type Call, enterRun, type Run, setInitialising, within } from './context.ts';
import { installGlobals } from './globals.ts';
import { installHooks } from './hooks.ts';
import { Blocking } from './http/blocking.ts';
import { type ConnectionOptions, type Connections, connectionMaker } from './http/connections.ts';
import { Cookies } from './http/cookies.ts';
import { type Options, parseOptions } from './options.ts';
import { maxVusOf, runScenario, stateOf } from './scenario-runner.ts';
import { functionOf, load, type ScriptModule, VirtualUser } from './virtual-user.ts';

export interface TestRunOptions {
  /** Absolute. */
  readonly scriptPath: string;
  readonly env: Readonly<Record<string, string>>;
  readonly clock: Clock;
  /** Aborts to stop the run: users are given up, the summary is still made. The reason is its message. */
  readonly signal: AbortSignal;
  /** The script's options are known, nothing ran yet. */
  readonly onReady?: (ready: { results: Results; vus: number }) => void;
  readonly onSample?: (sample: Sample) => void;
  /** The driver was this late with a start. */
  readonly onLate?: (lateMs: number) => void;
  /** What `handleSummary` returned, or undefined when the script has none. */
  readonly onSummary?: (outputs: Record<string, unknown> | undefined, results: Results, options: Options) => void;
  /** The data for `handleSummary`. */
  readonly summaryData: (results: Results, options: Options, nowMs: number) => unknown;
}

export interface Outcome {
  /** 0 done, 1 a threshold failed, 2 bad script or options, 3 could not run, 4 aborted. */
  readonly exitCode: number;
  readonly reason?: string;
  readonly error?: FaultflixError;
  readonly results: Results | undefined;
  readonly options: Options | undefined;
  readonly thresholds: Readonly<Record<string, boolean>>;
}

const THRESHOLD_CHECK_MS = 1_000; // k6 looks every 2 s

/** Runs a k6 script from its init context to its summary. Never rejects: what went wrong is in the outcome. */
export async function runTest(given: TestRunOptions): Promise<Outcome> {
  const state = new RunState(given);
  enterRun(state);
  try {
    await state.initialise();
    await state.execute();
  } catch (thrown) {
    state.error ??= asFaultflixError(thrown);
  } finally {
    await state.close();
    enterRun(undefined);
  }
  return state.outcome();
}

class RunState implements Run {
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string>>;
  readonly scriptPath: string;
  readonly startedAtMs: number;
  readonly shared = new Map<string, readonly unknown[]>();
  readonly instance = { iterationsCompleted: 0, iterationsInterrupted: 0, vusActive: 0, vusInitialized: 0 };
  readonly #given: TestRunOptions;
  readonly #ending = new AbortController();
  readonly #stop = new AbortController();
  readonly #connections: Connections[] = [];
  readonly #declared: Parameters<Run['declare']>[0][] = [];
  #options: Options | undefined;
  #results: Results | undefined;
  #blocking: Blocking | undefined;
  #module: ScriptModule = {};
  #connect: () => Connections = () => {
    throw new FaultflixError('internal', 'connections before the options');
  };
  #aborted: string | undefined;
  #failed: string | undefined;
  #thresholdAbort = false;
  error: FaultflixError | undefined;

  constructor(given: TestRunOptions) {
    this.#given = given;
    this.clock = given.clock;
    this.env = given.env;
    this.scriptPath = given.scriptPath;
    this.startedAtMs = given.clock.now();
    given.signal.addEventListener('abort', () => this.abort(messageOf(given.signal.reason)), { once: true });
    if (given.signal.aborted) this.abort(messageOf(given.signal.reason));
  }

  get options(): Options {
    if (this.#options) return this.#options;
    throw new FaultflixError('bad-input', 'not available in the init context', { where: this.scriptPath });
  }

  get blocking(): Blocking {
    this.#blocking ??= new Blocking(this.#connectionOptions());
    return this.#blocking;
  }

  #connectionOptions(): ConnectionOptions {
    const { insecureSkipTlsVerify, noConnectionReuse } = this.options.http;
    return { caFile: this.env.SSL_CERT_FILE, insecureSkipTlsVerify, noConnectionReuse };
  }

  declare(info: Parameters<Run['declare']>[0]): void {
    if (this.#results) this.#results.declare(info);
    else this.#declared.push(info);
  }

  emit(sample: Sample): void {
    this.#results!.add(sample);
    this.#given.onSample?.(sample);
  }

  abort(reason: string): void {
    this.#aborted ??= reason;
    this.#ending.abort();
    this.#stop.abort();
  }

  fail(message: string): void {
    this.#failed ??= message;
  }

  refused(error: FaultflixError): void {
    this.error ??= error;
    this.#ending.abort();
    this.#stop.abort();
  }

  async initialise(): Promise<void> {
    installHooks();
    installGlobals();
    this.#module = await load(this.scriptPath, 0);
    const options = parseOptions(this.#module.options, this.scriptPath);
    this.#options = options;
    this.#results = new Results({ startedAtMs: this.startedAtMs, thresholds: options.thresholds });
    for (const info of this.#declared) this.#results.declare(info);
    this.#results.assertAllKnown();
    for (const { exec } of options.scenarios) functionOf(this.#module, exec, this.scriptPath);
    const make = connectionMaker(this.#connectionOptions());
    this.#connect = () => {
      const connections = make();
      this.#connections.push(connections);
      return connections;
    };
  }

  async execute(): Promise<void> {
    const { scenarios, setupTimeoutMs, teardownTimeoutMs } = this.options;
    const vus = scenarios.reduce((sum, scenario) => sum + maxVusOf(scenario), 0);
    this.#given.onReady?.({ results: this.#results!, vus });
    const data = JSON.stringify((await this.#once('setup', setupTimeoutMs)) ?? null);
    const stopWatching = this.#watch(vus);
    try {
      let id = 1;
      const runs = [];
      for (const scenario of scenarios) {
        const state = stateOf(scenario, this.env);
        const users: VirtualUser[] = [];
        for (let n = 0; n < maxVusOf(scenario) && !this.#ending.signal.aborted; n++, id++) {
          const module = await load(this.scriptPath, id);
          const setupData = () => JSON.parse(data) ?? undefined;
          users.push(
            new VirtualUser({ id, run: this, scenario: state, module, connections: this.#connect(), setupData }),
          );
          this.instance.vusInitialized++;
        }
        runs.push({ scenario, state, vus: users });
      }
      setInitialising(0);
      const late = (ms: number) => this.#given.onLate?.(ms);
      const signals = { ending: this.#ending.signal, stop: this.#stop.signal };
      await Promise.all(runs.map((each) => runScenario({ ...each, ...signals, run: this, late })));
    } finally {
      stopWatching();
    }
    if (!this.error) await this.#once('teardown', teardownTimeoutMs, JSON.parse(data) ?? undefined);
    await this.#summarise();
  }

  /** Samples of the users, and thresholds that end the run. */
  #watch(vus: number): () => void {
    const gauge = (metric: string, value: number) =>
      this.emit({ metric, atMs: this.clock.now(), value, tags: this.options.tags });
    let sinceMs = 0;
    const every = setInterval(() => {
      gauge('vus', this.instance.vusActive);
      sinceMs += 100;
      if (sinceMs < THRESHOLD_CHECK_MS) return;
      sinceMs = 0;
      const crossed = this.#results!.aborting(this.clock.now());
      if (crossed === undefined) return;
      this.#thresholdAbort = true;
      this.abort(`threshold crossed, abortOnFail: ${crossed}`);
    }, 100);
    gauge('vus_max', vus);
    return () => clearInterval(every);
  }

  /** setup, teardown and handleSummary: once a run, without a user. */
  async #once(name: 'setup' | 'teardown' | 'handleSummary', timeoutMs: number, data?: unknown): Promise<unknown> {
    if (this.#module[name] === undefined) return undefined;
    const body = functionOf(this.#module, name, this.scriptPath);
    const timeout = AbortSignal.timeout(timeoutMs);
    const signal = name === 'setup' ? AbortSignal.any([timeout, this.#stop.signal]) : timeout;
    const call: Call = {
      run: this,
      phase: name === 'handleSummary' ? 'summary' : name,
      vu: 0,
      scenario: undefined,
      connections: this.#connect(),
      cookies: new Cookies(),
      state: { tags: {}, metadata: {} },
      iterationInInstance: 0,
      iterationInScenario: 0,
      iterationInTest: 0,
      group: name === 'handleSummary' ? '' : `::${name}`,
      interrupted: false,
      signal,
    };
    const givenUp = new Promise<never>((_, reject) => {
      const stop = () => {
        call.interrupted = true;
        const todo = `raise options.${name}Timeout, or do less in it`;
        reject(new FaultflixError('could-not-run', `${name} did not end in ${timeoutMs} ms`, { todo }));
      };
      signal.addEventListener('abort', stop, { once: true });
    });
    try {
      return await Promise.race([within(call, async () => body(data)), givenUp]);
    } catch (cause) {
      if (cause instanceof FaultflixError) throw cause;
      throw new FaultflixError('could-not-run', `${name} failed`, { where: this.scriptPath, cause });
    }
  }

  async #summarise(): Promise<void> {
    const results = this.#results!;
    const data = this.#given.summaryData(results, this.options, this.clock.now());
    const outputs = (await this.#once('handleSummary', 120_000, data)) as Record<string, unknown> | undefined;
    this.#given.onSummary?.(outputs, results, this.options);
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#connections.map((each) => each.close()));
    await this.#blocking?.close();
  }

  outcome(): Outcome {
    const outcomes = this.#results?.thresholds(this.clock.now()) ?? [];
    const thresholds: Record<string, boolean> = {};
    for (const { selector, threshold, ok } of outcomes) thresholds[`${selector}: ${threshold.source}`] = ok;
    return { ...this.#verdict(thresholds), results: this.#results, options: this.#options, thresholds };
  }

  #verdict(thresholds: Record<string, boolean>): { exitCode: number; reason?: string; error?: FaultflixError } {
    if (this.error) return { exitCode: exitCodeOf(this.error), reason: messageOf(this.error), error: this.error };
    const failed = Object.keys(thresholds).filter((name) => !thresholds[name]);
    if (this.#thresholdAbort) return { exitCode: 1, reason: this.#aborted! };
    if (this.#aborted !== undefined) return { exitCode: 4, reason: this.#aborted };
    if (this.#failed !== undefined) return { exitCode: 1, reason: this.#failed };
    return failed.length > 0 ? { exitCode: 1, reason: `thresholds failed: ${failed.join('; ')}` } : { exitCode: 0 };
  }
}
