import type { Clock } from '#base/clock.ts';
import { asFaultflixError, FaultflixError, messageOf } from '#base/errors.ts';
import type { KubeHttp } from '#base/kube/http.ts';
import { type KubeObject, listWatch } from '#base/kube/list-watch.ts';
import { API_GROUP } from '#base/names.ts';
import type { Experiment } from '../engine/experiment.ts';
import { exitCodes, type HolderRecord } from '../engine/journal.ts';
import { checkExperiment } from '../engine/parse.ts';
import { HALT } from '../engine/plan.ts';
import type { RunnerPorts } from '../engine/ports.ts';
import { Runner } from '../engine/runner.ts';
import { initialStatus } from '../engine/state.ts';
import { refuse } from '../engine/tasks/baseline.ts';
import { experimentsPath } from '../world/kube/journal-store.ts';
import type { Logger } from '../world/log.ts';
import type { Metrics } from './metrics.ts';

type Stored = Experiment & KubeObject;

export interface ExperimentsOptions {
  readonly http: KubeHttp;
  readonly clock: Clock;
  readonly log: Logger;
  readonly namespace: string;
  readonly metrics: Metrics;
  readonly portsOf: (experiment: Stored) => RunnerPorts;
}

/** On an Experiment, with a reason: heal, measure again, complete as `aborted`. */
const ABORT = `${API_GROUP}/abort`;
/** A run that fails in a way the engine does not know is taken up this often, then given up. */
const ATTEMPTS = 3;

/** The Experiments of the namespace, run one after the other in the order in which they were made. */
export class Experiments {
  readonly #options: ExperimentsOptions;
  readonly #known = new Map<string, Stored>();
  readonly #done = new Set<string>();
  readonly #failures = new Map<string, number>();
  #halted = false;
  #listed = false;
  #running: { readonly uid: string; readonly runner: Runner } | undefined;
  #wake: () => void = () => undefined;

  constructor(options: ExperimentsOptions) {
    this.#options = options;
  }

  get listed(): boolean {
    return this.#listed;
  }

  /** Keeps what is known up to date until the signal aborts; every replica does. */
  async watch(signal: AbortSignal): Promise<void> {
    const { http, namespace, log } = this.#options;
    const onTrouble = (message: string) => log.warn({ why: message }, 'a watch broke');
    await Promise.all([
      listWatch<Stored>({
        http,
        path: experimentsPath(namespace),
        signal,
        onTrouble,
        onList: (items) => {
          this.#known.clear();
          for (const item of items) this.#known.set(item.metadata.uid, item);
          this.#listed = true;
          this.#changed();
        },
        onEvent: (type, item) => {
          if (type === 'DELETED') this.#known.delete(item.metadata.uid);
          else this.#known.set(item.metadata.uid, item);
          this.#changed();
        },
      }),
      listWatch<KubeObject & { readonly metadata: { readonly annotations?: Readonly<Record<string, string>> } }>({
        http,
        path: '/api/v1/namespaces',
        query: { fieldSelector: `metadata.name=${namespace}` },
        signal,
        onTrouble,
        onList: ([found]) => this.#halt(found?.metadata.annotations?.[HALT] === 'true'),
        onEvent: (_type, found) => this.#halt(found.metadata.annotations?.[HALT] === 'true'),
      }),
    ]);
  }

  /** Runs what is to be run while this replica leads. */
  async lead(holder: HolderRecord, signal: AbortSignal): Promise<void> {
    this.#done.clear();
    while (!signal.aborted) {
      const next = this.#next();
      if (next) await this.#run(next, holder, signal);
      else await this.#change(signal);
    }
  }

  /** One that was begun before all others: its faults may be out there. */
  #next(): Stored | undefined {
    const open = [...this.#known.values()].filter(
      ({ metadata, status }) =>
        status?.phase !== 'Complete' && !this.#done.has(metadata.uid) && !metadata.deletionTimestamp,
    );
    const begun = open.filter(({ status }) => status?.phase !== undefined);
    const fresh = this.#halted ? [] : open;
    return oldest(begun) ?? oldest(fresh);
  }

  async #run(experiment: Stored, holder: HolderRecord, signal: AbortSignal): Promise<void> {
    const { log, metrics, clock, portsOf } = this.#options;
    const { name, uid } = experiment.metadata;
    const ports = portsOf(experiment);
    const end = metrics.began(name);
    try {
      const checked = this.#check(experiment);
      if (checked instanceof FaultflixError) {
        await this.#refuse(experiment, ports, holder, checked);
        return;
      }
      const runner = new Runner({ experiment: checked, ports, holder, signal });
      this.#running = { uid, runner };
      log.info({ experiment: name, phase: experiment.status?.phase ?? 'Pending' }, 'running');
      const running = runner.run();
      this.#heed();
      await running;
      log.info({ experiment: name, outcome: runner.status?.verdict?.outcome }, 'complete');
      this.#done.add(uid);
    } catch (thrown) {
      const error = asFaultflixError(thrown);
      if (signal.aborted || error.code === 'cancelled') return;
      log.error({ experiment: name, why: messageOf(error), code: error.code }, 'the run failed');
      // A successor's, or gone: not this replica's any more.
      if (error.code === 'not-found' || error.code === 'conflict') this.#done.add(uid);
      else await this.#giveUp(experiment, ports, holder, error);
      await clock.sleep(1_000, signal).catch(() => undefined);
    } finally {
      this.#running = undefined;
      end(this.#known.get(uid)?.status?.verdict?.outcome);
    }
  }

  #check(experiment: Stored): Experiment | FaultflixError {
    try {
      return checkExperiment(experiment);
    } catch (error) {
      return asFaultflixError(error);
    }
  }

  /** Written to the journal in the place of a verdict; nothing was injected. */
  async #refuse(experiment: Stored, ports: RunnerPorts, holder: HolderRecord, error: FaultflixError): Promise<void> {
    const { clock, log } = this.#options;
    const reason = [
      error.message,
      error.where && `at ${error.where}`,
      error.expected && `expected ${error.expected}`,
      error.received && `received ${error.received}`,
      error.todo,
    ].filter(Boolean);
    const nowMs = clock.now();
    const status = initialStatus(
      { ...experiment, spec: { ...experiment.spec, seed: Number(experiment.spec?.seed) || 0 } },
      nowMs,
    );
    const found = await ports.journal.read();
    if (found) {
      const refused = refuse(reason.join('; '), nowMs)({ ...status, holder, phase: 'Complete' });
      await ports.journal.write({ ...refused, phaseAtMs: { Pending: nowMs, Complete: nowMs } }, found.version);
    }
    log.warn({ experiment: experiment.metadata.name, why: reason.join('; ') }, 'refused');
    this.#done.add(experiment.metadata.uid);
  }

  async #giveUp(experiment: Stored, ports: RunnerPorts, holder: HolderRecord, error: FaultflixError): Promise<void> {
    const { uid } = experiment.metadata;
    const failures = (this.#failures.get(uid) ?? 0) + 1;
    this.#failures.set(uid, failures);
    if (failures < ATTEMPTS) return;
    this.#done.add(uid);
    const found = await ports.journal.read();
    if (!found) return;
    const nowMs = this.#options.clock.now();
    const status = found.status ?? initialStatus(experiment, nowMs);
    const reasons = [`the controller gave up after ${failures} attempts: ${messageOf(error)}`];
    const verdict = {
      outcome: 'inconclusive' as const,
      exitCode: exitCodes.inconclusive,
      reasons,
      expectations: [],
      potency: [],
      seed: status.seed,
    };
    await ports.journal.write(
      { ...status, holder, phase: 'Complete', verdict: status.verdict ?? verdict },
      found.version,
    );
  }

  /** What a person asks of the run that is under way. */
  #heed(): void {
    if (!this.#running) return;
    const { uid, runner } = this.#running;
    const experiment = this.#known.get(uid);
    const annotations = experiment?.metadata.annotations ?? {};
    const reason =
      !experiment || experiment.metadata.deletionTimestamp
        ? 'the Experiment was deleted'
        : this.#halted
          ? `everything was halted by annotation ${HALT} on namespace ${this.#options.namespace}`
          : annotations[HALT] === 'true'
            ? `halted by annotation ${HALT}`
            : annotations[ABORT];
    if (reason !== undefined) runner.abort({ kind: 'operator', reason: reason || 'an operator asked for it' });
  }

  #halt(halted: boolean): void {
    this.#halted = halted;
    this.#changed();
  }

  #changed(): void {
    this.#heed();
    this.#wake();
  }

  #change(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }
}

const oldest = (experiments: readonly Stored[]): Stored | undefined =>
  [...experiments].sort((a, b) => key(a).localeCompare(key(b)))[0];

const key = ({ metadata }: Stored): string => `${metadata.creationTimestamp ?? ''} ${metadata.name}`;
