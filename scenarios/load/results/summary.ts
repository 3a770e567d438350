import type { Results } from './results.ts';
import type { MetricInfo } from './sample.ts';
import type { Sink } from './sinks.ts';
import type { Threshold } from './threshold.ts';

/** The data of k6's handleSummary: https://grafana.com/docs/k6/latest/results-output/end-of-test/custom-summary/ */
export interface SummaryData {
  readonly options: { readonly summaryTrendStats: readonly string[] };
  readonly state: { readonly testRunDurationMs: number; readonly isStdOutTTY: boolean; readonly isStdErrTTY: boolean };
  readonly metrics: Readonly<Record<string, SummaryMetric>>;
}

export interface SummaryMetric {
  readonly type: MetricInfo['type'];
  readonly contains: MetricInfo['contains'];
  readonly values: Readonly<Record<string, number>>;
  readonly thresholds?: Readonly<Record<string, { readonly ok: boolean }>>;
}

export function summaryData(results: Results, trendStats: readonly string[], nowMs: number): SummaryData {
  const elapsedMs = nowMs - results.startedAtMs;
  const ok = new Map(results.thresholds(nowMs).map((each) => [each.threshold, each.ok]));
  const metrics: Record<string, SummaryMetric> = {};
  const put = (name: string, info: MetricInfo, sink: Sink, thresholds: readonly Threshold[]) => {
    if (sink.empty && thresholds.length === 0) return;
    metrics[name] = {
      type: info.type,
      contains: info.contains,
      values: sink.empty ? {} : sink.values(elapsedMs, trendStats),
      ...(thresholds.length === 0
        ? {}
        : { thresholds: Object.fromEntries(thresholds.map((each) => [each.source, { ok: ok.get(each)! }])) }),
    };
  };
  for (const metric of [...results.metrics.values()].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    put(metric.name, metric, metric.sink, metric.thresholds);
    for (const sub of metric.submetrics) put(sub.selector, metric, sub.sink, sub.thresholds);
  }
  return {
    options: { summaryTrendStats: trendStats },
    state: { testRunDurationMs: elapsedMs, isStdOutTTY: false, isStdErrTTY: process.stderr.isTTY === true },
    metrics,
  };
}

const NAME_WIDTH = 34;

/** The end-of-test summary, laid out as k6's: one metric a line, thresholds with ✓ or ✗. */
export function summaryText({ metrics }: SummaryData): string {
  const lines: string[] = [];
  const crossed = Object.entries(metrics).filter(([, { thresholds }]) => thresholds);
  if (crossed.length > 0) {
    lines.push('  THRESHOLDS', '');
    for (const [name, { thresholds, values }] of crossed) {
      lines.push(`    ${name}`);
      for (const [source, { ok }] of Object.entries(thresholds!)) {
        const note = Object.keys(values).length === 0 ? ' (nothing was measured)' : '';
        lines.push(`    ${ok ? '✓' : '✗'} ${source}${note}`);
      }
      lines.push('');
    }
  }
  lines.push('  TOTAL RESULTS', '');
  for (const [name, metric] of Object.entries(metrics)) {
    const dots = '.'.repeat(Math.max(2, NAME_WIDTH - name.length));
    lines.push(`    ${name}${dots}: ${valuesText(metric)}`);
  }
  return `\n${lines.join('\n')}\n`;
}

function valuesText({ type, contains, values }: SummaryMetric): string {
  if (Object.keys(values).length === 0) return '–';
  const show = (value: number) => valueText(value, contains);
  switch (type) {
    case 'counter':
      return `${show(values.count!)}  ${show(values.rate!)}/s`;
    case 'gauge':
      return `${show(values.value!)}  min=${show(values.min!)} max=${show(values.max!)}`;
    case 'rate':
      return `${(values.rate! * 100).toFixed(2)}%  ${values.passes} out of ${values.passes! + values.fails!}`;
    case 'trend':
      return Object.entries(values)
        .map(([stat, value]) => `${stat}=${show(value)}`)
        .join(' ');
  }
}

export function valueText(value: number, contains: MetricInfo['contains']): string {
  if (contains === 'time') return timeText(value);
  if (contains === 'data') return dataText(value);
  return Number.isInteger(value) ? String(value) : value.toFixed(2);
}

function timeText(ms: number): string {
  if (ms < 1) return `${(ms * 1_000).toFixed(2)}µs`;
  if (ms < 1_000) return `${ms.toFixed(2)}ms`;
  const minutes = Math.floor(ms / 60_000);
  const seconds = (ms % 60_000) / 1_000;
  return minutes > 0 ? `${minutes}m${seconds.toFixed(0)}s` : `${seconds.toFixed(2)}s`;
}

function dataText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let scaled = bytes;
  let unit = 0;
  while (scaled >= 1_000 && unit < units.length - 1) {
    scaled /= 1_000;
    unit++;
  }
  return `${unit === 0 ? Math.round(scaled) : scaled.toFixed(1)} ${units[unit]}`;
}
