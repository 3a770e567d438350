import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { CallHistogram } from './call-histogram.ts';

interface Named<Labels extends string> {
  /** `faultflix_` is put before it. Units last: `…_seconds`, `…_total`. */
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly Labels[];
}

/** prom-client behind one registry. Asking twice for a name gives the same metric. */
export interface Metrics {
  readonly registry: Registry;
  counter<Labels extends string = never>(options: Named<Labels>): Counter<Labels>;
  gauge<Labels extends string = never>(options: Named<Labels>): Gauge<Labels>;
  histogram<Labels extends string = never>(options: Named<Labels> & { buckets?: number[] }): Histogram<Labels>;
  /** Durations of what is called very often: see `CallHistogram`. */
  calls<Labels extends string>(options: Named<Labels>): CallHistogram<Labels>;
}

/** `defaults`: the process's own figures too (event loop, heap, CPU): once a process. */
export function createMetrics({ defaults = false } = {}): Metrics {
  const registry = new Registry();
  if (defaults) collectDefaultMetrics({ register: registry });
  const made = new Map<string, unknown>();
  const once = <T>(name: string, make: (name: string) => T): T => {
    const full = `faultflix_${name}`;
    if (!made.has(full)) made.set(full, make(full));
    return made.get(full) as T;
  };
  const common = <Labels extends string>({ help, labels = [] }: Named<Labels>) => ({
    help,
    labelNames: labels,
    registers: [registry],
  });
  return {
    registry,
    counter: (options) => once(options.name, (name) => new Counter({ name, ...common(options) })),
    gauge: (options) => once(options.name, (name) => new Gauge({ name, ...common(options) })),
    histogram: (options) =>
      once(options.name, (name) => {
        const { buckets } = options;
        return new Histogram({ name, ...common(options), ...(buckets ? { buckets } : {}) });
      }),
    calls: (options) =>
      once(options.name, (name) => {
        const calls = new CallHistogram({ name, help: options.help, labels: options.labels ?? [] });
        registry.registerMetric(calls as never);
        return calls;
      }),
  };
}
