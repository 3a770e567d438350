import type { Counter, Gauge, Histogram, Registry } from 'prom-client';

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
}
