/** Records that say `held` and do not show it, or say nothing: none of them may ever be green. */
import type { Outcome } from '../../engine/journal.ts';
import type { RunRecord } from '../record.ts';
import { heldVerdict, sampleRecord, withoutVerdict, withStatus, withVerdict } from './sample.ts';

export interface KnownBad {
  readonly what: string;
  readonly record: RunRecord;
  readonly outcome: Outcome;
}

const { expectations, potency } = heldVerdict;
const record = sampleRecord();
const firstOf = <T>(list: readonly T[], change: Partial<T>): T[] => [{ ...list[0]!, ...change }, ...list.slice(1)];
const faultIndex = expectations.findIndex(({ window }) => window === 'fault');
const { value: _value, ...withoutValue } = expectations[faultIndex]!;

export const knownBad: readonly KnownBad[] = [
  { what: 'no verdict', record: withoutVerdict(record), outcome: 'inconclusive' },
  {
    what: 'no verdict after an abort',
    record: withoutVerdict(record, { abort: { atMs: 1, kind: 'operator', reason: 'asked by the user' } }),
    outcome: 'aborted',
  },
  {
    what: 'held before the run was complete',
    record: withStatus(record, { phase: 'Recover' }),
    outcome: 'inconclusive',
  },
  {
    what: 'held with nothing expected',
    record: {
      ...record,
      experiment: { ...record.experiment, spec: { ...record.experiment.spec, steadyState: [] } },
    },
    outcome: 'inconclusive',
  },
  {
    what: 'held with an expectation that was not judged under the fault',
    record: withVerdict(record, {
      expectations: expectations.filter(({ index, window }) => index !== 1 || window !== 'fault'),
    }),
    outcome: 'inconclusive',
  },
  {
    what: 'held with an expectation without a value',
    record: withVerdict(record, {
      expectations: [...expectations.slice(0, faultIndex), withoutValue, ...expectations.slice(faultIndex + 1)],
    }),
    outcome: 'inconclusive',
  },
  {
    what: 'held with too few samples',
    record: withVerdict(record, { expectations: firstOf(expectations, { samples: 3 }) }),
    outcome: 'inconclusive',
  },
  {
    what: 'held with an expectation that was inconclusive',
    record: withVerdict(record, {
      expectations: firstOf(expectations, { result: 'inconclusive', reason: 'no viewer' }),
    }),
    outcome: 'inconclusive',
  },
  {
    what: 'held with a baseline that was not steady',
    record: withVerdict(record, { expectations: firstOf(expectations, { result: 'deviated', value: 0.2 }) }),
    outcome: 'inconclusive',
  },
  {
    what: 'held with an expectation that deviated',
    record: withVerdict(record, {
      expectations: expectations.map((each, at) =>
        at === faultIndex ? { ...each, result: 'deviated', value: 0.2 } : each,
      ),
    }),
    outcome: 'deviated',
  },
  { what: 'held without targets', record: withStatus(record, { marks: [] }), outcome: 'inconclusive' },
  { what: 'held without a measured effect', record: withVerdict(record, { potency: [] }), outcome: 'inconclusive' },
  {
    what: 'held with a fault that had no effect',
    record: withVerdict(record, { potency: firstOf(potency, { potent: false, summary: 'round trip unchanged' }) }),
    outcome: 'inconclusive',
  },
  {
    what: 'held with a target that was not looked at again',
    record: withVerdict(record, { potency: firstOf(potency, { residue: 'unknown' }) }),
    outcome: 'inconclusive',
  },
  {
    what: 'held with residue',
    record: withStatus(record, {
      residue: [{ mark: '1.0', pod: 'shelf', what: 'toxics', before: 'none', after: 'ff.1a2b3c4d.1.9' }],
    }),
    outcome: 'residue',
  },
  {
    what: 'an outcome that nobody knows',
    record: withVerdict(record, { outcome: 'splendid' as Outcome }),
    outcome: 'inconclusive',
  },
];
