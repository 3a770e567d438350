import { FaultflixError } from '#base/errors.ts';
import type { MetricType } from './sample.ts';
import { percentileOf, type Sink } from './sinks.ts';

/**
 * k6's threshold expressions: `<aggregation> <operator> <number>`, such as `p(95)<500`, `rate >= 0.99`.
 * Grammar and the aggregations of each type: https://grafana.com/docs/k6/latest/using-k6/thresholds/
 */
export interface Threshold {
  readonly source: string;
  readonly aggregation: string;
  readonly operator: Operator;
  readonly limit: number;
  readonly abortOnFail: boolean;
  /** With `abortOnFail`: not before this much of the run is over. */
  readonly delayAbortEvalMs: number;
}

const compare = {
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '==': (a, b) => a === b,
  '===': (a, b) => a === b,
  '!=': (a, b) => a !== b,
} satisfies Record<string, (a: number, b: number) => boolean>;
type Operator = keyof typeof compare;

const aggregations: Record<MetricType, readonly string[]> = {
  counter: ['count', 'rate'],
  gauge: ['value'],
  rate: ['rate'],
  trend: ['avg', 'min', 'max', 'med', 'p(N)'],
};

const EXPRESSION =
  /^\s*(?<aggregation>[a-z]+(?:\(\s*\d+(?:\.\d+)?\s*\))?)\s*(?<operator><=|>=|===|==|!=|<|>)\s*(?<limit>[+-]?\d+(?:\.\d+)?)\s*$/;

/** Throws `bad-input` with the expression when it is not one of k6's. */
export function parseThreshold(
  source: string,
  where: string,
  { abortOnFail = false, delayAbortEvalMs = 0 } = {},
): Threshold {
  const groups = EXPRESSION.exec(source)?.groups as Record<'aggregation' | 'operator' | 'limit', string> | undefined;
  if (!groups) {
    throw new FaultflixError('bad-input', `not a threshold: ${source}`, {
      where,
      expected: 'aggregation, operator, number: p(95)<500, rate>=0.99, count==0',
      received: source,
    });
  }
  return {
    source,
    aggregation: groups.aggregation.replaceAll(/\s/g, ''),
    operator: groups.operator as Operator,
    limit: Number(groups.limit),
    abortOnFail,
    delayAbortEvalMs,
  };
}

/** Throws `bad-input` when a metric of this type has no such aggregation. */
export function assertFits(threshold: Threshold, type: MetricType, where: string): void {
  const { aggregation } = threshold;
  const known = aggregations[type];
  if (known.includes(aggregation)) return;
  if (type === 'trend' && percentileOf(aggregation) !== undefined) return;
  throw new FaultflixError('bad-input', `a ${type} has no ${aggregation}`, {
    where,
    expected: known.join(', '),
    received: threshold.source,
  });
}

/**
 * Whether the threshold holds. A metric without a single sample fails: k6 lets it pass, but a run that measured nothing
 * has shown nothing.
 */
export function holds(threshold: Threshold, sink: Sink, elapsedMs: number): boolean {
  if (sink.empty) return false;
  const value = sink.read(threshold.aggregation, elapsedMs);
  return value !== undefined && compare[threshold.operator](value, threshold.limit);
}

/** `http_req_duration{name:segment,status:200}` as the metric's name and the tags that a sample must carry. */
export function parseSelector(text: string, where: string): { name: string; tags: Record<string, string> } {
  const match = /^([A-Za-z_][A-Za-z0-9_]*)(?:\{(.*)\})?$/.exec(text.trim());
  const parts = (match?.[2] ?? '').split(',').map((part) => part.trim());
  const tags: Record<string, string> = {};
  let good = match !== null;
  for (const part of parts.filter((part) => part !== '')) {
    const colon = part.indexOf(':');
    if (colon < 1) good = false;
    tags[part.slice(0, colon).trim()] = part
      .slice(colon + 1)
      .trim()
      .replace(/^"(.*)"$/, '$1');
  }
  if (!good) {
    throw new FaultflixError('bad-input', `not a metric: ${text}`, {
      where,
      expected: 'name or name{tag:value,…}',
      received: text,
    });
  }
  return { name: match![1]!, tags };
}
