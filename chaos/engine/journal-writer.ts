import { backoffMs, type Clock } from '#base/clock.ts';
import { asFaultflixError, FaultflixError } from '#base/errors.ts';
import type { ExperimentStatus, HolderRecord } from './journal.ts';
import type { JournalStore } from './ports.ts';

export interface JournalWriterOptions {
  readonly store: JournalStore;
  readonly initial: { readonly status: ExperimentStatus; readonly version: string };
  readonly holder: HolderRecord;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

type Change = (status: ExperimentStatus) => ExperimentStatus;

const RETRY = { firstMs: 50, maxMs: 1_000 };

/**
 * The journal as this controller writes it. Changes are applied at once in memory and written in order, those that come
 * while a write is under way together in the next. `update` resolves once its change is durable; it rejects with
 * `conflict` when a successor owns the journal, with `not-found` when the Experiment is gone, and nothing can be
 * written after either. While the API server is away it tries again until the signal aborts.
 */
export class JournalWriter {
  #status: ExperimentStatus;
  #version: string;
  #writing: Promise<void> | undefined;
  #next: Promise<void> | undefined;
  #failure: FaultflixError | undefined;
  readonly #options: JournalWriterOptions;

  constructor(options: JournalWriterOptions) {
    this.#options = options;
    this.#status = { ...options.initial.status, holder: options.holder };
    this.#version = options.initial.version;
  }

  get status(): ExperimentStatus {
    return this.#status;
  }

  get idle(): boolean {
    return this.#writing === undefined;
  }

  update(change: Change): Promise<void> {
    if (this.#failure) return Promise.reject(this.#failure);
    this.#status = change(this.#status);
    if (this.#next) return this.#next;
    if (!this.#writing) {
      this.#writing = this.#write();
      return this.#writing;
    }
    // One write is under way with an older status: all that comes meanwhile shares the one after it.
    this.#next = this.#writing.then(() => {
      this.#next = undefined;
      this.#writing = this.#write();
      return this.#writing;
    });
    return this.#next;
  }

  async #write(): Promise<void> {
    const { store, clock, signal } = this.#options;
    try {
      let stale: FaultflixError | undefined;
      for (let attempt = 0; ; attempt++) {
        try {
          if (stale) await this.#catchUp(stale);
          stale = undefined;
          this.#version = await store.write(this.#status, this.#version);
          return;
        } catch (thrown) {
          const error = asFaultflixError(thrown);
          if (error instanceof LostJournal || !['conflict', 'unavailable', 'deadline-exceeded'].includes(error.code)) {
            throw error;
          }
          if (error.code === 'conflict') stale = error;
        }
        await clock.sleep(stale ? 0 : backoffMs(attempt, RETRY), signal);
      }
    } catch (thrown) {
      this.#failure = signal.aborted
        ? new FaultflixError('cancelled', 'the run was handed over', { cause: thrown })
        : asFaultflixError(thrown);
      throw this.#failure;
    } finally {
      this.#writing = undefined;
    }
  }

  /** Someone else wrote the object: a person its labels, or a successor the journal. Only the first is caught up with. */
  async #catchUp(conflict: FaultflixError): Promise<void> {
    const { store, holder } = this.#options;
    const latest = await store.read();
    if (!latest) throw new FaultflixError('not-found', 'the Experiment is gone', { cause: conflict });
    const other = latest.status?.holder;
    if (other && (other.term > holder.term || (other.term === holder.term && other.identity !== holder.identity))) {
      throw new LostJournal('conflict', 'the journal belongs to a successor', {
        expected: `${holder.identity}, term ${holder.term}`,
        received: `${other.identity}, term ${other.term}`,
        cause: conflict,
      });
    }
    this.#version = latest.version;
  }
}

class LostJournal extends FaultflixError {}
