import { type ProbeData, within } from '../probes/probe.ts';
import { probes } from '../probes/registry.ts';
import type { Expectation } from './experiment.ts';
import type { ExpectationRecord } from './journal.ts';
import type { Bucket } from './load-stream.ts';
import { spanSeconds, type Window } from './windows.ts';

export interface JudgeOptions {
  readonly expectation: Expectation;
  readonly index: number;
  readonly window: 'baseline' | 'fault';
  readonly span: Window;
  readonly data: ProbeData;
}

/** Judges one expectation in one window. What could not be measured, or on too few samples, is inconclusive. */
export function judgeExpectation({ expectation, index, window, span, data }: JudgeOptions): ExpectationRecord {
  const { measure, ...fields } = expectation;
  const probe = probes.get(measure)!;
  const limit = probe.limit(fields);
  const { value, samples, needed, atLeast, missing } = probe.measure(fields, data);
  const record = {
    measure,
    index,
    window,
    expected: inWords(expectation),
    ...(value === undefined ? {} : { value }),
    limit: limit.value,
    unit: probe.unit,
    samples,
    needed,
  };
  if (value === undefined || !Number.isFinite(value)) {
    return { ...record, result: 'inconclusive', reason: missing ?? 'nothing was measured' };
  }
  if (samples < needed) {
    if (limit.sense === 'max' && atLeast !== undefined && !within(atLeast, limit)) {
      return {
        ...record,
        result: 'deviated',
        reason: `at least ${figure(atLeast, probe.unit)} even with more samples`,
      };
    }
    return { ...record, result: 'inconclusive', reason: tooFew(samples, needed, span) };
  }
  return within(value, limit)
    ? { ...record, result: 'held' }
    : { ...record, result: 'deviated', reason: `${figure(value, probe.unit)} instead` };
}

function tooFew(samples: number, needed: number, span: Window): string {
  const seconds = spanSeconds(span);
  const would = samples > 0 ? `; at this rate ${Math.ceil((seconds * needed) / samples)}s would do` : '';
  return `${samples} samples of ${needed} needed${would}`;
}

/** `viewer-errors ≤ 0.001`, `startup-delay p95 ≤ 2000 ms`. */
export function inWords({ measure, ...fields }: Expectation): string {
  const probe = probes.get(measure)!;
  const { value, sense } = probe.limit(fields);
  const quantile = typeof fields.quantile === 'number' ? ` p${Math.round(fields.quantile * 1000) / 10}` : '';
  return `${measure}${quantile} ${sense === 'max' ? '≤' : '≥'} ${figure(value, probe.unit)}`;
}

/** A value with its unit, four significant digits at most. */
export function figure(value: number, unit: string): string {
  return `${Number(value.toPrecision(4))}${unit === 'ratio' ? '' : ` ${unit}`}`;
}

/** Which expectation that a single look can judge is violated by these buckets, whatever their number. */
export const violatedNow = (expectations: readonly Expectation[], window: readonly Bucket[]): Expectation | undefined =>
  expectations.find(
    (expectation) => probes.get(expectation.measure)?.instant && violated(expectation, window) !== undefined,
  );

/** In words what was measured, when it is outside the limit; undefined when it is within, or nothing could be measured. */
export function violated({ measure, ...fields }: Expectation, window: readonly Bucket[]): string | undefined {
  const probe = probes.get(measure)!;
  const { value } = probe.measure(fields, { window, baseline: [] });
  if (value === undefined || within(value, probe.limit(fields))) return undefined;
  return `${measure} was ${figure(value, probe.unit)}, more than the limit of ${figure(probe.limit(fields).value, probe.unit)}`;
}
