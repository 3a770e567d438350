import type { Clock } from '#base/clock.ts';
import { FaultflixError } from '#base/errors.ts';
import type { CallHistogram } from './call-histogram.ts';
import type { Metrics } from './metrics.ts';
import type { Priority } from './request-context.ts';
import { ConcurrencyLimit } from './resilience/concurrency-limit.ts';
import type { Guards } from './resilience/guards.ts';
import { shareOf } from './resilience/priority-shedding.ts';

/** A place in the server. */
export interface Place {
  /** The work is done, though the answer may still be on its way: frees the place. Again, or after `leave`: nothing. */
  worked(): void;
  /** The call is over; to be said once. `outcome`: `ok` or the code of the error. */
  leave(outcome: string): void;
}

export interface AdmissionOptions {
  readonly guards: Guards;
  readonly clock: Clock;
  readonly metrics: Metrics;
}

/** The door of a server: the concurrency limit, and by priority who may still come in. One for all protocols. */
export class Admission {
  readonly #options: AdmissionOptions;
  readonly #limit = new ConcurrencyLimit();
  readonly #calls: CallHistogram<'protocol' | 'method' | 'outcome'>;
  readonly #shed;

  constructor(options: AdmissionOptions) {
    this.#options = options;
    const { metrics } = options;
    this.#calls = metrics.calls({
      name: 'server_call_duration_seconds',
      help: 'Calls served; outcome is ok or the code of the error',
      labels: ['protocol', 'method', 'outcome'],
    });
    this.#shed = metrics.counter({
      name: 'server_shed_total',
      help: 'Calls refused at the door',
      labels: ['priority'],
    });
    const limit = this.#limit;
    const gauge = metrics.gauge({
      name: 'server_concurrency',
      help: 'The limit and what is in flight',
      labels: ['what'],
    });
    // prom-client asks before each scrape.
    Object.assign(gauge, {
      collect: () => {
        gauge.set({ what: 'limit' }, limit.limit);
        gauge.set({ what: 'in-flight' }, limit.inFlight);
      },
    });
  }

  get limit(): ConcurrencyLimit {
    return this.#limit;
  }

  /** A place, or the error that the caller gets instead. */
  enter(call: {
    readonly protocol: string;
    readonly method: string;
    readonly priority: Priority;
  }): Place | FaultflixError {
    const { guards, clock } = this.#options;
    const { protocol, method, priority } = call;
    if (!guards.on('concurrency-limit')) this.#limit.enter();
    else if (!this.#limit.acquire(shareOf(priority, guards.on('priority-shedding')))) {
      this.#shed.inc({ priority });
      return new FaultflixError('overloaded', `too much at once for ${priority} calls`, {
        expected: `fewer than ${this.#limit.limit} calls in flight, and the share of ${priority} among them`,
        received: `${this.#limit.inFlight} in flight`,
        todo: 'try another pod, or later',
      });
    }
    const startedMs = clock.now();
    let inside = true;
    const free = (gaveUp: boolean) => {
      if (!inside) return;
      inside = false;
      const nowMs = clock.now();
      this.#limit.release({ latencyMs: nowMs - startedMs, nowMs, gaveUp });
    };
    return {
      worked: () => free(false),
      leave: (outcome) => {
        const ms = clock.now() - startedMs;
        free(outcome === 'cancelled');
        this.#calls.series({ protocol, method, outcome }).observeMs(ms);
      },
    };
  }
}
