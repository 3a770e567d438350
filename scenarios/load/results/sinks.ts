import type { MetricType } from './sample.ts';

/** Collects one metric's values; one class a type. Aggregations are named as in k6's thresholds and summary. */
export interface Sink {
  add(value: number, atMs: number): void;
  readonly empty: boolean;
  /** The value of an aggregation (`count`, `rate`, `p(95)` …), or undefined when this type has none of that name. */
  read(aggregation: string, elapsedMs: number): number | undefined;
  /** All that the summary shows, in its order. */
  values(elapsedMs: number, trendStats: readonly string[]): Record<string, number>;
}

class CounterSink implements Sink {
  #sum = 0;
  #added = false;
  get empty() {
    return !this.#added;
  }
  add(value: number) {
    this.#sum += value;
    this.#added = true;
  }
  read(aggregation: string, elapsedMs: number) {
    if (aggregation === 'count') return this.#sum;
    if (aggregation === 'rate') return elapsedMs > 0 ? this.#sum / (elapsedMs / 1_000) : 0;
    return undefined;
  }
  values(elapsedMs: number) {
    return { count: this.#sum, rate: this.read('rate', elapsedMs)! };
  }
}

class GaugeSink implements Sink {
  #last = Number.NaN;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;
  get empty() {
    return Number.isNaN(this.#last);
  }
  add(value: number) {
    this.#last = value;
    this.#min = Math.min(this.#min, value);
    this.#max = Math.max(this.#max, value);
  }
  read(aggregation: string) {
    return aggregation === 'value' ? this.#last : undefined;
  }
  values() {
    return { value: this.#last, min: this.#min, max: this.#max };
  }
}

class RateSink implements Sink {
  #passes = 0;
  #total = 0;
  get empty() {
    return this.#total === 0;
  }
  add(value: number) {
    this.#total++;
    if (value !== 0) this.#passes++;
  }
  read(aggregation: string) {
    if (aggregation !== 'rate') return undefined;
    return this.#total === 0 ? 0 : this.#passes / this.#total;
  }
  values() {
    return { rate: this.read('rate')!, passes: this.#passes, fails: this.#total - this.#passes };
  }
}

/** Keeps every value, as k6 does: percentiles are exact (linear interpolation between closest ranks). */
class TrendSink implements Sink {
  #values = new Float64Array(64);
  #count = 0;
  #sum = 0;
  #sorted = true;
  get empty() {
    return this.#count === 0;
  }
  add(value: number) {
    if (this.#count === this.#values.length) {
      const grown = new Float64Array(this.#count * 2);
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[this.#count++] = value;
    this.#sum += value;
    this.#sorted = false;
  }
  read(aggregation: string) {
    if (this.#count === 0) return 0;
    switch (aggregation) {
      case 'avg':
        return this.#sum / this.#count;
      case 'count':
        return this.#count;
      case 'min':
        return this.#quantile(0);
      case 'med':
        return this.#quantile(0.5);
      case 'max':
        return this.#quantile(1);
      default: {
        const percent = percentileOf(aggregation);
        return percent === undefined ? undefined : this.#quantile(percent / 100);
      }
    }
  }
  values(elapsedMs: number, trendStats: readonly string[]) {
    void elapsedMs;
    return Object.fromEntries(trendStats.map((stat) => [stat, this.read(stat) ?? Number.NaN]));
  }
  #quantile(q: number): number {
    const sorted = this.#values.subarray(0, this.#count);
    if (!this.#sorted) {
      sorted.sort();
      this.#sorted = true;
    }
    const at = (this.#count - 1) * q;
    const low = Math.floor(at);
    const high = Math.ceil(at);
    return sorted[low]! + (sorted[high]! - sorted[low]!) * (at - low);
  }
}

/** `p(99.9)` as 99.9; undefined for anything else, and for what lies outside 0 to 100. */
export function percentileOf(aggregation: string): number | undefined {
  const match = /^p\((\d+(?:\.\d+)?)\)$/.exec(aggregation);
  if (!match) return undefined;
  const percent = Number(match[1]);
  return percent <= 100 ? percent : undefined;
}

const sinks: Record<MetricType, new () => Sink> = {
  counter: CounterSink,
  gauge: GaugeSink,
  rate: RateSink,
  trend: TrendSink,
};

export const newSink = (type: MetricType): Sink => new sinks[type]();
