/**
 * Spans on their way out of the process: recording one is a push, whatever the collector does. What does not fit into the
 * queue and what the collector did not take is dropped, and counted.
 */
import type { Logger } from 'pino';
import type { Clock } from '#base/clock.ts';
import type { Metrics } from '../metrics.ts';
import { seldom } from '../seldom.ts';
import { isSent, type OtlpSettings } from './otlp-settings.ts';
import type { Span, SpanSink } from './spans.ts';

/** Sends a batch; rejects when it did not arrive. */
export type SendSpans = (spans: readonly Span[]) => Promise<void>;

export interface ExportQueueOptions {
  readonly send: SendSpans;
  readonly settings: OtlpSettings;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly log: Logger;
}

export class ExportQueue implements SpanSink {
  readonly #options: ExportQueueOptions;
  readonly #sent;
  readonly #dropped;
  #waiting: Span[] = [];
  readonly #tell: () => boolean;
  readonly #closing = new AbortController();
  /** Ends the pause before the next batch. */
  #hurry = new AbortController();
  readonly #done: Promise<void>;

  constructor(options: ExportQueueOptions) {
    this.#options = options;
    const { metrics } = options;
    this.#sent = metrics.counter({ name: 'spans_exported_total', help: 'Spans that the collector took' });
    this.#dropped = metrics.counter({
      name: 'spans_dropped_total',
      help: 'Spans that were not exported: no room in the queue, or the collector did not take them',
      labels: ['because'],
    });
    this.#tell = seldom(options.clock);
    this.#done = this.#run();
  }

  record(span: Span): void {
    const { ratio, queue, batch } = this.#options.settings;
    if (!isSent(span.traceId, ratio)) return;
    if (this.#waiting.length >= queue || this.#closing.signal.aborted) {
      this.#dropped.inc({ because: 'no-room' });
      return;
    }
    this.#waiting.push(span);
    if (this.#waiting.length === batch) this.#hurry.abort();
  }

  /** How many are kept. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Sends what waits, for `withinMs` at most; what is left then is dropped. */
  async close(withinMs: number): Promise<void> {
    this.#closing.abort();
    this.#hurry.abort();
    const inTime = new AbortController();
    const late = this.#options.clock.sleep(withinMs, inTime.signal).catch(() => undefined);
    await Promise.race([this.#done, late]);
    inTime.abort();
    this.#dropped.inc({ because: 'ended' }, this.#waiting.splice(0).length);
  }

  async #run(): Promise<void> {
    const { clock, settings } = this.#options;
    while (!this.#closing.signal.aborted) {
      await clock.sleep(settings.delayMs, this.#hurry.signal).catch(() => undefined);
      this.#hurry = new AbortController();
      await this.#sendWaiting();
    }
    // What was recorded between the last batch and the end.
    await this.#sendWaiting();
  }

  async #sendWaiting(): Promise<void> {
    const { send, settings, log } = this.#options;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, settings.batch);
      try {
        await send(batch);
        this.#sent.inc(batch.length);
      } catch (err) {
        this.#dropped.inc({ because: 'collector' }, batch.length);
        log[this.#tell() ? 'warn' : 'debug']({ err, spans: batch.length }, 'spans could not be exported');
      }
    }
  }
}
