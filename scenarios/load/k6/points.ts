import { type MetricInfo, metricTypes, noTags, type Sample } from '../results/sample.ts';

/**
 * One line of `k6 run --out json=…`: https://grafana.com/docs/k6/latest/results-output/real-time/json/
 * `other` is k6 talking to people; `torn` looks like data and is none.
 */
export type K6Line =
  | { readonly is: 'metric'; readonly info: MetricInfo; readonly thresholds: readonly string[] }
  | { readonly is: 'point'; readonly sample: Sample }
  | { readonly is: 'other' }
  | { readonly is: 'torn' };

interface Envelope {
  readonly type?: unknown;
  readonly metric?: unknown;
  readonly data?: {
    readonly type?: unknown;
    readonly contains?: unknown;
    readonly thresholds?: unknown;
    readonly time?: unknown;
    readonly value?: unknown;
    readonly tags?: Record<string, string> | null;
  };
}

export function parseK6Line(text: string): K6Line {
  if (!text.startsWith('{"')) return { is: 'other' };
  let envelope: Envelope;
  try {
    envelope = JSON.parse(text) as Envelope;
  } catch {
    return { is: 'torn' };
  }
  const { type, metric, data } = envelope;
  if (typeof metric !== 'string' || data === undefined) return { is: 'torn' };
  if (type === 'Metric') return metricOf(metric, data);
  return type === 'Point' ? pointOf(metric, data) : { is: 'torn' };
}

function metricOf(name: string, data: NonNullable<Envelope['data']>): K6Line {
  const type = metricTypes.find((each) => each === data.type);
  if (!type) return { is: 'torn' };
  const contains = data.contains === 'time' || data.contains === 'data' ? data.contains : 'default';
  const thresholds = Array.isArray(data.thresholds) ? data.thresholds.filter((each) => typeof each === 'string') : [];
  return { is: 'metric', info: { name, type, contains }, thresholds };
}

function pointOf(metric: string, { time, value, tags }: NonNullable<Envelope['data']>): K6Line {
  // RFC 3339 with nanoseconds; Date.parse reads milliseconds and drops the rest.
  const atMs = typeof time === 'string' ? Date.parse(time) : Number.NaN;
  if (Number.isNaN(atMs) || typeof value !== 'number') return { is: 'torn' };
  return { is: 'point', sample: { metric, atMs, value, tags: tags ?? noTags } };
}
