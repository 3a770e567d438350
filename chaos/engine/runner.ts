import { asFaultflixError, FaultflixError, messageOf } from '#base/errors.ts';
import { type Change, eventChange, type RunContext } from './context.ts';
import type { Experiment } from './experiment.ts';
import type { ExperimentStatus, HolderRecord } from './journal.ts';
import { JournalWriter } from './journal-writer.ts';
import type { Bucket } from './load-stream.ts';
import { Observer } from './observer.ts';
import { type AbortReason, type RunEffect, type RunEvent, type RunState, step, unhealed } from './phase.ts';
import { Planner } from './plan.ts';
import type { RunnerPorts } from './ports.ts';
import { initialStatus, runOf, stateOf, withState } from './state.ts';
import { admit, watchBaseline } from './tasks/baseline.ts';
import { watchHealth } from './tasks/health.ts';
import { judgeRun } from './tasks/judge.ts';
import { followLoad, watchSight } from './tasks/load.ts';
import { injectMark, journalMark, measureMark, reconcileMark, recoverMark, watchTimeline } from './tasks/marks.ts';

export interface RunnerOptions {
  readonly experiment: Experiment;
  readonly ports: RunnerPorts;
  readonly holder: HolderRecord;
  /** Aborts to hand the run over: nothing is healed then, the successor goes on. */
  readonly signal: AbortSignal;
}

/** Faults live this long after the controller last renewed them. */
export const LEASE_MS = 15_000;
const RENEW_EVERY_MS = 4_000;

/** Only looks, measures or undoes: need not wait until the journal is durable. */
const HARMLESS: ReadonlySet<RunEffect['do']> = new Set([
  'admit',
  'watch-baseline',
  'watch-timeline',
  'journal',
  'measure',
  'recover',
]);

/**
 * Runs one Experiment to its end, from wherever its journal says it is. An event moves the phase machine; the new state
 * goes to the journal; then what follows is done, nothing that could harm before the journal is durable.
 */
export class Runner {
  readonly #options: RunnerOptions;
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  readonly #observer = new Observer();
  readonly #planner = new Planner();
  readonly #serial = new Map<string, Promise<unknown>>();
  readonly #bucketWaiters = new Set<(bucket: Bucket | undefined) => void>();
  readonly #changeWaiters = new Set<() => void>();
  readonly #tasks = new Set<Promise<void>>();
  #journal!: JournalWriter;
  #state!: RunState;
  #streamOver = false;
  #failure: FaultflixError | undefined;
  #resolve!: () => void;
  readonly #complete = new Promise<void>((resolve) => {
    this.#resolve = resolve;
  });

  constructor(options: RunnerOptions) {
    this.#options = options;
    this.#signal = AbortSignal.any([options.signal, this.#stop.signal]);
  }

  get status(): ExperimentStatus | undefined {
    return this.#journal?.status;
  }

  /** Stops early and heals, as the abort conditions do. */
  abort(abort: AbortReason): void {
    if (this.#state) this.#emit({ type: 'abort', abort });
  }

  /**
   * Resolves once the run is complete and cleaned up. Rejects with `conflict` when a successor has the journal,
   * `cancelled` when handed over, `not-found` when the Experiment was deleted (its faults are then healed first).
   */
  async run(): Promise<void> {
    const { experiment, ports, holder } = this.#options;
    const found = await ports.journal.read();
    if (!found) throw new FaultflixError('not-found', 'the Experiment is gone', { where: experiment.metadata.name });
    const status = found.status ?? initialStatus(experiment, ports.clock.now());
    this.#state = stateOf(status);
    const initial = { status, version: found.version };
    this.#journal = new JournalWriter({
      store: ports.journal,
      initial,
      holder,
      clock: ports.clock,
      signal: this.#signal,
    });
    // The first write claims the journal: from here on a predecessor's writes fail.
    await this.#journal.update((now) =>
      found.status
        ? eventChange(ports.clock.now(), 'resumed', `by ${holder.identity} in phase ${now.phase}`)(now)
        : now,
    );
    const handedOver = new Promise<void>((resolve) =>
      this.#signal.addEventListener('abort', () => resolve(), { once: true }),
    );
    this.#emit({ type: 'resumed' });
    if (!this.#signal.aborted) await Promise.race([this.#complete, handedOver]);
    if (this.#failure?.code === 'not-found') await this.#healOrphans();
    this.#stop.abort();
    this.#wake(undefined);
    await Promise.allSettled(this.#tasks);
    ports.cluster.release(this.#journal.status.targets);
    if (this.#failure) throw this.#failure;
    if (this.#options.signal.aborted) throw new FaultflixError('cancelled', 'the run was handed over');
  }

  #emit(event: RunEvent, change?: Change): void {
    if (this.#signal.aborted) return;
    const before = this.#state;
    const [state, effects] = step(before, event);
    this.#state = state;
    const nowMs = this.#options.ports.clock.now();
    // An event that changes nothing needs no write, and what follows from it waits for none.
    const durable =
      state === before && !change
        ? Promise.resolve()
        : this.#journal.update((now) => withState(change ? change(now) : now, before, state, nowMs));
    durable.catch((error: unknown) => this.#lost(error));
    for (const waiter of [...this.#changeWaiters]) waiter();
    for (const effect of effects) {
      this.#spawn(effect, HARMLESS.has(effect.do) ? undefined : durable);
    }
    if (state.phase === 'Inject' && before.phase !== 'Inject') this.#during();
    if (event.type === 'resumed' && state.phase === 'Inject') this.#during();
  }

  /** What goes on beside the marks while faults may be injected. */
  #during(): void {
    this.#track(watchSight(this.#context()));
    this.#track(this.#renewLeases());
  }

  #spawn(effect: RunEffect, durable: Promise<void> | undefined): void {
    this.#track(
      (async () => {
        await durable;
        if (!this.#signal.aborted) await this.#perform(effect);
      })(),
    );
  }

  #track(task: Promise<void>): void {
    const tracked = task.catch((error: unknown) => this.#trouble(error)).finally(() => this.#tasks.delete(tracked));
    this.#tasks.add(tracked);
  }

  #perform(effect: RunEffect): Promise<void> {
    const context = this.#context();
    switch (effect.do) {
      case 'admit':
        return admit(context);
      case 'start-load':
        return this.#follow(context);
      case 'watch-baseline':
        return watchBaseline(context);
      case 'watch-timeline':
        return watchTimeline(context, effect.mark);
      case 'journal':
        return journalMark(context, effect.mark);
      case 'inject':
        return injectMark(context, effect.mark);
      case 'reconcile':
        return reconcileMark(context, effect.mark);
      case 'measure':
        return measureMark(context, effect.mark);
      case 'recover':
        return recoverMark(context, effect.mark);
      case 'watch-health':
        return watchHealth(context);
      case 'judge':
        return judgeRun(context);
      case 'clean-up':
        return this.#cleanUp();
      case 'finish':
        this.#resolve();
        return Promise.resolve();
    }
  }

  async #follow(context: RunContext): Promise<void> {
    try {
      await followLoad(context);
    } catch (error) {
      if (this.#state.phase === 'Baseline') throw error;
      this.#observer.fail(messageOf(error));
    } finally {
      this.#streamOver = true;
      this.#wake(undefined);
    }
  }

  async #cleanUp(): Promise<void> {
    const { experiment, ports } = this.#options;
    if (experiment.spec.load) {
      // The verdict stands, whatever becomes of the viewers: their Job goes with the Experiment at the latest.
      await ports.load
        .stop(runOf(experiment.metadata.uid ?? ''))
        .catch((error: unknown) => this.#note(eventChange(ports.clock.now(), 'trouble', messageOf(error))));
    }
    const completedAt = new Date(ports.clock.now()).toISOString();
    this.#emit({ type: 'cleaned' }, (now) => ({ ...now, completedAt }));
  }

  async #renewLeases(): Promise<void> {
    const { ports } = this.#options;
    while (!this.#signal.aborted && (this.#state.phase === 'Inject' || this.#state.phase === 'Recover')) {
      const ids = new Set(unhealed(this.#state));
      const { marks, run } = this.#journal.status;
      const nodes = [...new Set(marks.filter(({ id }) => ids.has(id)).map(({ target }) => target.node))];
      // One failed renewal is no matter; several let the wardens heal, which the next measurement shows.
      if (nodes.length > 0) {
        await ports.leases
          .renew(run, nodes, LEASE_MS)
          .catch((error: unknown) => this.#note(eventChange(ports.clock.now(), 'renew-failed', messageOf(error))));
      }
      await ports.clock.sleep(RENEW_EVERY_MS, this.#signal);
    }
  }

  /** The journal went with the Experiment: what is in memory is all that is known of its faults. */
  async #healOrphans(): Promise<void> {
    const context = this.#context();
    await Promise.allSettled(
      unhealed(this.#state).map((id) => recoverMark({ ...context, signal: AbortSignal.timeout(5_000) }, id)),
    );
    await this.#options.ports.load.stop(context.run).catch(() => undefined);
  }

  #lost(error: unknown): void {
    this.#failure ??= asFaultflixError(error);
    this.#stop.abort();
  }

  /** A task that failed in a way it does not know: stop, heal, and say so in the verdict. */
  #trouble(error: unknown): void {
    if (this.#signal.aborted) return;
    const { phase } = this.#state;
    const reason = messageOf(error);
    if (phase === 'Verdict' || phase === 'Complete') {
      this.#lost(error);
      return;
    }
    const atMs = this.#options.ports.clock.now();
    this.#emit({ type: 'abort', abort: { kind: 'error', reason } }, eventChange(atMs, 'trouble', reason));
    if (phase === 'Recover') {
      // Recovery must end even when nobody can watch it; what is still unhealed then is residue.
      const recovery = { atMs, well: false, missing: [reason] };
      this.#emit({ type: 'settled' }, (now) => ({ ...now, recovery: now.recovery ?? recovery }));
    }
  }

  #note(change: Change): void {
    if (this.#signal.aborted) return;
    this.#journal.update(change).catch((error: unknown) => this.#lost(error));
    for (const waiter of [...this.#changeWaiters]) waiter();
  }

  #wake(bucket: Bucket | undefined): void {
    for (const waiter of [...this.#bucketWaiters]) waiter(bucket);
  }

  #context(): RunContext {
    const runner = this;
    const { experiment, ports } = this.#options;
    return {
      spec: experiment.spec,
      run: runOf(experiment.metadata.uid ?? ''),
      ports,
      observer: this.#observer,
      planner: this.#planner,
      signal: this.#signal,
      get status() {
        return runner.#journal.status;
      },
      get state() {
        return runner.#state;
      },
      emit: (event, change) => this.#emit(event, change),
      note: (change) => this.#note(change),
      serial: (mark, work) => this.#inTurn(mark, work),
      nextBucket: (timeoutMs) => this.#nextBucket(timeoutMs),
      bucketCame: (bucket) => this.#wake(bucket),
      changed: () =>
        new Promise<void>((resolve) => {
          const waiter = () => {
            this.#changeWaiters.delete(waiter);
            resolve();
          };
          this.#changeWaiters.add(waiter);
          this.#signal.addEventListener('abort', waiter, { once: true });
        }),
    };
  }

  #inTurn<T>(mark: string, work: () => Promise<T>): Promise<T> {
    const result = (this.#serial.get(mark) ?? Promise.resolve()).then(work);
    this.#serial.set(
      mark,
      result.catch(() => undefined),
    );
    return result;
  }

  #nextBucket(timeoutMs: number): Promise<Bucket | undefined> {
    if (this.#streamOver || this.#signal.aborted) return Promise.resolve(undefined);
    const timer = new AbortController();
    return new Promise((resolve) => {
      const waiter = (bucket: Bucket | undefined) => {
        this.#bucketWaiters.delete(waiter);
        timer.abort();
        resolve(bucket);
      };
      this.#bucketWaiters.add(waiter);
      const signal = AbortSignal.any([timer.signal, this.#signal]);
      this.#options.ports.clock.sleep(timeoutMs, signal).then(
        () => waiter(undefined),
        () => waiter(undefined),
      );
    });
  }
}
