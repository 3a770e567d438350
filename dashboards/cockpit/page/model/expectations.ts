/** The steady-state expectations with what was measured of them. Pure. */
import type { Expectation, ExperimentSpec } from '#chaos/engine/experiment.ts';
import type { ExpectationRecord, ExperimentStatus, LiveRecord } from '#chaos/engine/journal.ts';
import { amount, UNKNOWN } from './format.ts';

export interface ExpectationRow {
  readonly measure: string;
  readonly expected: string;
  readonly baseline: string;
  readonly fault: string;
  /** What viewers see now, for measures that the live figures hold; not a judgement. */
  readonly now: string;
  readonly result: 'held' | 'deviated' | 'inconclusive' | 'pending';
  readonly reason: string;
}

export function expectationRows(spec: ExperimentSpec, status: ExperimentStatus | undefined): readonly ExpectationRow[] {
  const live = status && status.phase !== 'Complete' ? status.live : undefined;
  return spec.steadyState.map((expectation, index) => {
    const records = (status?.verdict?.expectations ?? []).filter((each) => each.index === index);
    const fault = records.find(({ window }) => window === 'fault');
    const baseline = records.find(({ window }) => window === 'baseline');
    const result = status?.verdict ? worst(records) : 'pending';
    return {
      measure: expectation.measure,
      expected: inWords(expectation),
      baseline: measured(baseline),
      fault: measured(fault),
      now: live ? nowOf(expectation, live) : UNKNOWN,
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
  return results.includes('deviated')
    ? 'deviated'
    : results.every((result) => result === 'held')
      ? 'held'
      : 'inconclusive';
}

/** `p95 ≤ 2,000 ms`; `acknowledged-plays` has a limit of things, not of a ratio. */
function inWords(expectation: Expectation): string {
  const { measure, quantile, max, maxMs, min } = expectation as Expectation &
    Readonly<Record<string, number | undefined>>;
  const which = quantile === undefined ? '' : `p${Number((quantile * 100).toFixed(2))} `;
  if (maxMs !== undefined) return `${which}≤ ${amount(maxMs, 'ms')}`;
  if (min !== undefined)
    return `${which}≥ ${amount(min, 'ratio')}${measure === 'stream-starts' ? ' of the baseline' : ''}`;
  if (max !== undefined) return `${which}≤ ${measure === 'acknowledged-plays' ? `${max} lost` : amount(max, 'ratio')}`;
  return which || 'as the file says';
}

function nowOf({ measure, quantile }: Expectation, live: LiveRecord): string {
  if (measure === 'viewer-errors') return amount(live.errorRatio, 'ratio');
  if (measure === 'rebuffer-ratio') return amount(live.rebufferRatio, 'ratio');
  if (measure === 'startup-delay' && quantile === 0.95) return amount(live.startupP95Ms, 'ms');
  return UNKNOWN;
}
