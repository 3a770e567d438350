import { FaultflixError } from '#base/errors.ts';
import { builtIn, type MetricInfo, type Sample } from './sample.ts';
import { newSink, type Sink } from './sinks.ts';
import { assertFits, holds, parseSelector, type Threshold } from './threshold.ts';

export interface Metric extends MetricInfo {
  readonly sink: Sink;
  /** Metrics of the same samples narrowed by tags, made for the thresholds that name them. */
  readonly submetrics: Submetric[];
  thresholds: readonly Threshold[];
}

export interface Submetric {
  /** As written in the options: `http_reqs{name:segment}`. */
  readonly selector: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly sink: Sink;
  readonly thresholds: readonly Threshold[];
}

/** Thresholds by selector, in the options' order. */
export type Thresholds = Readonly<Record<string, readonly Threshold[]>>;

/** All metrics of a run: takes samples, answers with values and with which thresholds hold. */
export class Results {
  readonly startedAtMs: number;
  readonly metrics = new Map<string, Metric>();
  #waiting: [selector: string, thresholds: readonly Threshold[]][] = [];

  constructor({ startedAtMs, thresholds = {} }: { startedAtMs: number; thresholds?: Thresholds }) {
    this.startedAtMs = startedAtMs;
    for (const info of builtIn) this.declare(info);
    for (const [selector, list] of Object.entries(thresholds)) this.addThresholds(selector, list);
  }

  /** Throws `bad-input` for an aggregation that the metric's type lacks; a metric not yet declared is waited for. */
  addThresholds(selector: string, thresholds: readonly Threshold[]): void {
    const waiting: [string, readonly Threshold[]] = [selector, thresholds];
    const attached = [...this.metrics.values()].some((metric) => this.#attach(metric, waiting));
    if (!attached) this.#waiting.push(waiting);
  }

  /** Makes the metric known; the same again is no change, another type under its name is `bad-input`. */
  declare(info: MetricInfo): Metric {
    const known = this.metrics.get(info.name);
    if (known) {
      if (known.type === info.type && known.contains === info.contains) return known;
      throw new FaultflixError('bad-input', `metric ${info.name} exists with another type`, {
        expected: `${known.type} (${known.contains})`,
        received: `${info.type} (${info.contains})`,
      });
    }
    if (!/^[A-Za-z_][A-Za-z0-9_]{0,127}$/.test(info.name)) {
      throw new FaultflixError('bad-input', `not a metric's name: ${info.name}`, {
        expected: 'a letter or _, then letters, digits or _, at most 128',
        received: info.name,
      });
    }
    const metric: Metric = { ...info, sink: newSink(info.type), submetrics: [], thresholds: [] };
    this.metrics.set(info.name, metric);
    this.#waiting = this.#waiting.filter((entry) => !this.#attach(metric, entry));
    return metric;
  }

  #attach(metric: Metric, [selector, thresholds]: [string, readonly Threshold[]]): boolean {
    const where = `options.thresholds["${selector}"]`;
    const { name, tags } = parseSelector(selector, where);
    if (name !== metric.name) return false;
    for (const threshold of thresholds) assertFits(threshold, metric.type, where);
    if (Object.keys(tags).length === 0) metric.thresholds = [...metric.thresholds, ...thresholds];
    else metric.submetrics.push({ selector, tags, thresholds, sink: newSink(metric.type) });
    return true;
  }

  /** Thresholds of metrics that nobody declared: after the init phase, a mistake in the script. */
  assertAllKnown(): void {
    const unknown = this.#waiting[0];
    if (!unknown) return;
    throw new FaultflixError('bad-input', `threshold of a metric that does not exist: ${unknown[0]}`, {
      where: 'options.thresholds',
      expected: `one of ${[...this.metrics.keys()].join(', ')}`,
      received: unknown[0],
    });
  }

  add(sample: Sample): void {
    const metric = this.metrics.get(sample.metric);
    if (!metric) throw new FaultflixError('internal', `sample of an undeclared metric: ${sample.metric}`);
    metric.sink.add(sample.value, sample.atMs);
    for (const { tags, sink } of metric.submetrics) {
      if (Object.entries(tags).every(([name, value]) => sample.tags[name] === value)) {
        sink.add(sample.value, sample.atMs);
      }
    }
  }

  /** Every threshold with its outcome at this moment; what waits for its metric to appear does not hold. */
  thresholds(nowMs: number): { selector: string; threshold: Threshold; ok: boolean }[] {
    const elapsedMs = nowMs - this.startedAtMs;
    const outcomes = [];
    for (const metric of this.metrics.values()) {
      const own = { selector: metric.name, thresholds: metric.thresholds, sink: metric.sink };
      for (const { selector, thresholds, sink } of [own, ...metric.submetrics]) {
        for (const threshold of thresholds)
          outcomes.push({ selector, threshold, ok: holds(threshold, sink, elapsedMs) });
      }
    }
    for (const [selector, thresholds] of this.#waiting) {
      for (const threshold of thresholds) outcomes.push({ selector, threshold, ok: false });
    }
    return outcomes;
  }

  /** The threshold on whose account the run must end now, if any. */
  aborting(nowMs: number): string | undefined {
    const elapsedMs = nowMs - this.startedAtMs;
    for (const { selector, threshold, ok } of this.thresholds(nowMs)) {
      const due = threshold.abortOnFail && elapsedMs >= threshold.delayAbortEvalMs;
      if (due && !ok && !this.#sinkOf(selector)?.empty) return `${selector}: ${threshold.source}`;
    }
    return undefined;
  }

  #sinkOf(selector: string): Sink | undefined {
    for (const metric of this.metrics.values()) {
      if (metric.name === selector) return metric.sink;
      const sub = metric.submetrics.find((each) => each.selector === selector);
      if (sub) return sub.sink;
    }
    return undefined;
  }
}
