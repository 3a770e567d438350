import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';

/** What Prometheus asks of the controller. */
export class Metrics {
  readonly registry = new Registry();
  readonly #leading: Gauge;
  readonly #running: Gauge;
  readonly #ended: Counter<'outcome'>;

  constructor() {
    const registers = [this.registry];
    collectDefaultMetrics({ register: this.registry });
    this.#leading = new Gauge({ name: 'faultflix_controller_leading', help: '1 while this replica leads', registers });
    this.#running = new Gauge({ name: 'faultflix_experiments_running', help: 'Experiments under way', registers });
    this.#ended = new Counter({
      name: 'faultflix_experiments_total',
      help: 'Experiments that ended, by outcome',
      labelNames: ['outcome'],
      registers,
    });
  }

  lead(leading: boolean): void {
    this.#leading.set(leading ? 1 : 0);
  }

  /** Call the result at the end, with the outcome if there is one. */
  began(_experiment: string): (outcome: string | undefined) => void {
    this.#running.inc();
    return (outcome) => {
      this.#running.dec();
      if (outcome) this.#ended.inc({ outcome });
    };
  }
}
