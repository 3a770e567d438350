import type { Logger } from 'pino';
import { messageOf } from '#base/errors.ts';
import type { Place } from '#base/names.ts';
import type { CallHistogram, CallSeries } from '../call-histogram.ts';
import type { Metrics } from '../metrics.ts';
import type { BreakerState } from '../resilience/breaker.ts';
import type { CallFailure } from '../resilience/call-failure.ts';
import type { PoolEvents } from './pool.ts';

/** Where the pipeline tells what happens to calls of one method. */
export interface MethodReporter {
  /** `ms` with all attempts. */
  succeeded(region: Place, ms: number): void;
  failed(failure: CallFailure, ms: number): void;
  retried(failure: CallFailure): void;
  overBudget(): void;
  /** A second leg was sent. */
  hedged(): void;
}

export interface CalleeReporter {
  readonly pool: PoolEvents;
  breaker(region: Place, state: BreakerState): void;
  method(name: string): MethodReporter;
}

export interface ReporterOptions {
  readonly callee: string;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/** Metrics of calls made, and a log line for what operators ask about: ejections and breakers. */
export function calleeReporter({ callee, metrics, log }: ReporterOptions): CalleeReporter {
  const calls = metrics.calls({
    name: 'client_call_duration_seconds',
    help: 'Calls to other services, retries included; outcome is ok or the code of the error',
    labels: ['callee', 'method', 'region', 'outcome'],
  });
  const retries = metrics.counter({
    name: 'client_retries_total',
    help: 'Attempts after the first, by the failure that caused them; kind over-budget: refused by the retry budget; hedge: the first was slow',
    labels: ['callee', 'method', 'kind'],
  });
  const ejections = metrics.counter({
    name: 'client_ejections_total',
    help: 'Endpoints taken out of balancing, by the failure that did it',
    labels: ['callee', 'region', 'kind'],
  });
  const breakers = metrics.gauge({
    name: 'client_breaker_state',
    help: '0 closed, 1 half open, 2 open',
    labels: ['callee', 'region'],
  });
  const states = { closed: 0, 'half-open': 1, open: 2 } as const;
  return {
    pool: {
      onEjected: (endpoint, { forMs }, why) => {
        ejections.inc({ callee, region: endpoint.region, kind: why.kind });
        log.warn({ callee, endpoint: endpoint.id, region: endpoint.region, forMs, why: messageOf(why) }, 'ejected');
      },
      onRestored: (endpoint) =>
        log.info({ callee, endpoint: endpoint.id, region: endpoint.region }, 'back from ejection'),
      onProbeFailed: (endpoint, { forMs }, why) =>
        log.debug({ callee, endpoint: endpoint.id, forMs, why }, 'still ejected'),
    },
    breaker: (region, state) => {
      breakers.set({ callee, region }, states[state]);
      log.warn({ callee, region, state }, 'breaker');
    },
    method: (method) =>
      new CountingReporter(calls, { callee, method }, (kind) => retries.inc({ callee, method, kind })),
  };
}

type CallLabels = 'callee' | 'method' | 'region' | 'outcome';

/** Keeps the series it writes to, since a call should not look one up by its labels. */
class CountingReporter implements MethodReporter {
  readonly #calls: CallHistogram<CallLabels>;
  readonly #labels: { readonly callee: string; readonly method: string };
  readonly #count: (kind: string) => void;
  readonly #ok = new Map<Place, CallSeries>();

  constructor(
    calls: CallHistogram<CallLabels>,
    labels: { readonly callee: string; readonly method: string },
    count: (kind: string) => void,
  ) {
    this.#calls = calls;
    this.#labels = labels;
    this.#count = count;
  }

  succeeded(region: Place, ms: number): void {
    let series = this.#ok.get(region);
    if (series === undefined) {
      series = this.#calls.series({ ...this.#labels, region, outcome: 'ok' });
      this.#ok.set(region, series);
    }
    series.observeMs(ms);
  }

  failed(failure: CallFailure, ms: number): void {
    this.#calls.series({ ...this.#labels, region: '', outcome: failure.code }).observeMs(ms);
  }

  retried(failure: CallFailure): void {
    this.#count(failure.kind);
  }

  overBudget(): void {
    this.#count('over-budget');
  }

  hedged(): void {
    this.#count('hedge');
  }
}
