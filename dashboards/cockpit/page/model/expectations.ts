/** The steady-state expectations with what was measured of them. Knows no measure by name. Pure. */
import type { Expectation, ExperimentSpec } from '#chaos/engine/experiment.ts';
import type { ExpectationRecord, ExperimentStatus } from '#chaos/engine/journal.ts';
import { amount, UNKNOWN } from './format.ts';

export interface ExpectationRow {
  readonly measure: string;
  readonly expected: string;
  readonly baseline: string;
  readonly fault: string;
  readonly result: 'held' | 'deviated' | 'inconclusive' | 'pending';
  readonly reason: string;
}

export function expectationRows(spec: ExperimentSpec, status: ExperimentStatus | undefined): readonly ExpectationRow[] {
  return spec.steadyState.map((expectation, index) => {
    const records = (status?.verdict?.expectations ?? []).filter((each) => each.index === index);
    const fault = records.find(({ window }) => window === 'fault');
    const baseline = records.find(({ window }) => window === 'baseline');
    const result = status?.verdict ? worst(records) : 'pending';
    return {
      measure: expectation.measure,
      expected: inWords(expectation, fault ?? baseline),
      baseline: measured(baseline),
      fault: measured(fault),
      result,
      reason: [fault, baseline].find((each) => each && each.result === result)?.reason ?? '',
    };
  });
}

const measured = (record: ExpectationRecord | undefined): string =>
  record ? amount(record.value, record.unit) : UNKNOWN;

/** No record under the fault is no evidence. */
function worst(records: readonly ExpectationRecord[]): ExpectationRow['result'] {
  if (!records.some(({ window }) => window === 'fault')) return 'inconclusive';
  const results = records.map(({ result }) => result);
  if (results.includes('deviated')) return 'deviated';
  return results.every((result) => result === 'held') ? 'held' : 'inconclusive';
}

/** `p95 ≤ 2,000 ms`. The record knows the unit; before there is one, the figure stands as in the file. */
function inWords(expectation: Expectation, record: ExpectationRecord | undefined): string {
  const { quantile, ...fields } = expectation as Readonly<Record<string, unknown>>;
  const which = typeof quantile === 'number' ? `p${Number((quantile * 100).toFixed(2))} ` : '';
  const limit = Object.entries(fields).find(([name, value]) => /^(min|max)/.test(name) && typeof value === 'number');
  if (!limit) return which.trim() || 'as the file says';
  const [name, value] = limit as [string, number];
  const unit = record?.unit ?? (name.endsWith('Ms') ? 'ms' : '');
  return `${which}${name.startsWith('max') ? '≤' : '≥'} ${unit === '' ? value : amount(value, unit)}`;
}
