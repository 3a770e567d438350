import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ExperimentStatus, Outcome } from './journal.ts';
import { type bucket, buckets, END_MS, evidence, INJECT_MS, mark, spec, status, T0 } from './testing/evidence.ts';
import { type Evidence, judge, type LoadData } from './verdict.ts';

test('held: every effect measured, baseline steady, data whole, expectations measured and within', () => {
  const verdict = judge(evidence);
  assert.equal(verdict.outcome, 'held', verdict.reasons.join('; '));
  assert.equal(verdict.exitCode, 0);
  assert.equal(verdict.expectations.length, 9);
  assert.deepEqual([verdict.recoveryTimeMs, verdict.timeToDetectMs, verdict.lostPlays], [1_500, undefined, 0]);
  assert.equal(verdict.potency[0]!.readyAgainAfterMs, 1_500);
});

const load = (change: Partial<LoadData>): Evidence => ({ ...evidence, load: { ...evidence.load, ...change } });
const journal = (change: Partial<ExperimentStatus>): Evidence => ({ ...evidence, status: { ...status, ...change } });
const during = (change: Parameters<typeof bucket>[1]): Evidence =>
  load({
    buckets: buckets(T0, END_MS + 1_000, (atMs) =>
      atMs >= INJECT_MS + 1_000 && atMs < INJECT_MS + 3_000 ? (change ?? {}) : {},
    ),
  });

/** Each is `held` but for the one thing that is wrong with it. */
const claim = { verdict: 'ok', lost: 0, acknowledged: 9, why: '', examples: [] } as const;
const claiming = (claims: Evidence['claims'] & object): Evidence => ({
  ...evidence,
  spec: { ...spec, steadyState: [...spec.steadyState, { measure: 'charged-once', max: 0 }] },
  claims,
});

const bad: {
  readonly name: string;
  readonly evidence: Evidence;
  readonly outcome: Outcome;
  readonly reason: RegExp;
}[] = [
  {
    name: 'no targets',
    evidence: { ...journal({ marks: [], effects: [] }) },
    outcome: 'inconclusive',
    reason: /no targets/,
  },
  {
    name: 'a fault whose effect was never measured',
    evidence: journal({ effects: [] }),
    outcome: 'inconclusive',
    reason: /no measured effect: its effect was never measured/,
  },
  {
    name: 'a fault without effect',
    evidence: journal({ effects: [{ mark: '0.0', atMs: T0, potent: false, summary: 'it lives on', figures: {} }] }),
    outcome: 'inconclusive',
    reason: /it lives on/,
  },
  {
    name: 'a fault that faded before its time',
    evidence: journal({
      effects: [...status.effects, { mark: '0.0', atMs: T0, potent: false, summary: 'the toxic is gone', figures: {} }],
    }),
    outcome: 'inconclusive',
    reason: /the toxic is gone/,
  },
  {
    name: 'one of two faults never injected',
    evidence: journal({
      marks: [mark(), mark({ id: '0.1', state: 'skipped', injectedMs: undefined as never, error: 'too late' })],
    }),
    outcome: 'inconclusive',
    reason: /too late/,
  },
  {
    name: 'viewers that never started',
    evidence: load({ started: false, buckets: [] }),
    outcome: 'inconclusive',
    reason: /never started/,
  },
  {
    name: 'no traffic',
    evidence: load({ buckets: buckets(T0, END_MS + 1_000, () => ({ requests: {} })) }),
    outcome: 'inconclusive',
    reason: /no traffic in the fault window/,
  },
  {
    name: 'a hole in the data under the fault',
    evidence: load({ buckets: evidence.load.buckets.filter(({ atMs }) => atMs !== INJECT_MS + 5_000) }),
    outcome: 'inconclusive',
    reason: /1 of 300 buckets of the fault window are missing/,
  },
  {
    name: 'data that ends before recovery does',
    evidence: load({ buckets: buckets(T0, END_MS - 2_000) }),
    outcome: 'inconclusive',
    reason: /20 of 300 buckets/,
  },
  {
    name: 'a hole in the data of the baseline',
    evidence: load({ buckets: evidence.load.buckets.filter(({ atMs }) => atMs !== T0 + 9_000) }),
    outcome: 'inconclusive',
    reason: /of the baseline are missing/,
  },
  {
    name: 'a driver that lagged',
    evidence: during({ lagMs: 700 }),
    outcome: 'inconclusive',
    reason: /700 ms behind in the fault window/,
  },
  { name: 'a broken line', evidence: load({ broken: 1 }), outcome: 'inconclusive', reason: /could not be read/ },
  {
    name: 'a driver that ended early',
    evidence: load({ failure: 'exit code 3: out of memory' }),
    outcome: 'inconclusive',
    reason: /ended early: exit code 3/,
  },
  {
    name: 'a baseline that was not steady',
    evidence: load({
      buckets: buckets(T0, END_MS + 1_000, (atMs) => (atMs < INJECT_MS ? { startupDelayMs: [[3_000, 1]] } : {})),
    }),
    outcome: 'inconclusive',
    reason: /baseline was not steady: startup-delay p95 ≤ 2000 ms: 3000 ms instead/,
  },
  {
    name: 'a baseline with too few samples',
    evidence: load({
      buckets: buckets(T0, END_MS + 1_000, (atMs) =>
        atMs < INJECT_MS ? { requests: { segment: { ok: 2, failed: 0 } } } : {},
      ),
    }),
    outcome: 'inconclusive',
    reason: /300 samples of 1000 needed; at this rate 50s would do/,
  },
  {
    name: 'too few samples under the fault',
    evidence: load({
      buckets: buckets(T0, END_MS + 1_000, (atMs) =>
        atMs >= INJECT_MS ? { requests: { segment: { ok: 1, failed: 0 } } } : {},
      ),
    }),
    outcome: 'inconclusive',
    reason: /viewer-errors ≤ 0.001: 300 samples of 1000 needed/,
  },
  {
    name: 'an auditor that did not run',
    evidence: { ...evidence, audit: undefined as never },
    outcome: 'inconclusive',
    reason: /auditor did not run/,
  },
  {
    name: 'an auditor without data',
    evidence: { ...evidence, audit: { ...evidence.audit!, verdict: 'no-data', acknowledged: 0, why: 'no play' } },
    outcome: 'inconclusive',
    reason: /acknowledged-plays ≤ 0 plays: no play/,
  },
  {
    name: 'an auditor of money that did not run',
    evidence: claiming({}),
    outcome: 'inconclusive',
    reason: /auditor of accounts and money did not run/,
  },
  {
    name: 'an auditor of money that waited in vain',
    evidence: claiming({ 'charged-once': { ...claim, verdict: 'no-data', why: 'not over: 1 bills are open' } }),
    outcome: 'inconclusive',
    reason: /charged-once ≤ 0 charges: not over: 1 bills are open/,
  },
  {
    name: 'an auditor of money whom nobody told anything',
    evidence: claiming({ 'charged-once': { ...claim, acknowledged: 0 } }),
    outcome: 'inconclusive',
    reason: /0 samples of 1 needed/,
  },
  {
    name: 'a bill that was charged twice',
    evidence: claiming({ 'charged-once': { ...claim, verdict: 'lost', lost: 1 } }),
    outcome: 'deviated',
    reason: /charged-once ≤ 0 charges: 1 charges instead/,
  },
  {
    name: 'no expectations',
    evidence: { ...evidence, spec: { ...spec, steadyState: [] } },
    outcome: 'inconclusive',
    reason: /nothing was judged/,
  },
  {
    name: 'a target that was not measured again',
    evidence: journal({ marks: [mark({ cleanMs: undefined as never })] }),
    outcome: 'inconclusive',
    reason: /could not be measured whether anything was left/,
  },
  {
    name: 'viewers out of sight',
    evidence: journal({ abort: { atMs: T0, kind: 'blind', reason: 'the figures stopped' } }),
    outcome: 'inconclusive',
    reason: /figures stopped/,
  },
  {
    name: 'a controller that failed',
    evidence: journal({ abort: { atMs: T0, kind: 'error', reason: 'a bug' } }),
    outcome: 'inconclusive',
    reason: /a bug/,
  },
  {
    name: 'failed requests',
    evidence: during({ requests: { segment: { ok: 10, failed: 10 } } }),
    outcome: 'deviated',
    reason: /viewer-errors ≤ 0.001: 0\.0\d+ instead/,
  },
  {
    name: 'failed requests, too few samples but more than all that lack could make good',
    evidence: load({
      buckets: buckets(T0, END_MS + 1_000, (atMs) =>
        atMs >= INJECT_MS ? { requests: { segment: { ok: 0, failed: 1 } } } : {},
      ),
    }),
    outcome: 'deviated',
    reason: /at least 0.3 even with more samples/,
  },
  {
    name: 'slow starts',
    evidence: during({ startupDelayMs: [[5_000, 9]] }),
    outcome: 'deviated',
    reason: /startup-delay/,
  },
  {
    name: 'stalls',
    evidence: during({ rebufferMs: 9_000, playingMs: 0 }),
    outcome: 'deviated',
    reason: /rebuffer-ratio/,
  },
  {
    name: 'no starts any more',
    evidence: load({
      buckets: buckets(T0, END_MS + 1_000, (atMs) => (atMs >= INJECT_MS ? { starts: { ok: 0, failed: 0 } } : {})),
    }),
    outcome: 'deviated',
    reason: /stream-starts ≥ 0.5: 0 instead/,
  },
  {
    name: 'lost plays',
    evidence: { ...evidence, audit: { ...evidence.audit!, verdict: 'lost', lost: 3 } },
    outcome: 'deviated',
    reason: /acknowledged-plays ≤ 0 plays: 3 plays instead/,
  },
  {
    name: 'not well again in time',
    evidence: journal({ recovery: { atMs: END_MS, well: false, missing: ['playback has 1 ready pod'] } }),
    outcome: 'deviated',
    reason: /not well again within 30s: playback has 1 ready pod/,
  },
  {
    name: 'an abort condition',
    evidence: journal({ abort: { atMs: T0, kind: 'condition', reason: 'too many errors' } }),
    outcome: 'aborted',
    reason: /too many errors/,
  },
  {
    name: 'an operator who stopped it',
    evidence: journal({ abort: { atMs: T0, kind: 'operator', reason: 'Ctrl-C' } }),
    outcome: 'aborted',
    reason: /Ctrl-C/,
  },
  {
    name: 'residue, whatever else',
    evidence: journal({
      abort: { atMs: T0, kind: 'operator', reason: 'Ctrl-C' },
      residue: [{ mark: '0.0', pod: 'p', what: 'toxics', before: 'absent', after: 'latency' }],
    }),
    outcome: 'residue',
    reason: /p: toxics was absent, is latency/,
  },
];

test('held: what viewers were told of money is so', () => {
  assert.equal(judge(claiming({ 'charged-once': claim })).outcome, 'held');
});

for (const { name, evidence: spoilt, outcome, reason } of bad) {
  test(`not held: ${name}`, () => {
    const verdict = judge(spoilt);
    assert.equal(verdict.outcome, outcome, verdict.reasons.join('; '));
    assert.match(verdict.reasons.join('\n'), reason);
    assert.notEqual(verdict.exitCode, 0);
  });
}

test('an unproved fault is no deviation: what viewers saw cannot be laid to it', () => {
  const both = { ...during({ requests: { segment: { ok: 0, failed: 30 } } }), status: { ...status, effects: [] } };
  const { outcome, reasons } = judge(both);
  assert.equal(outcome, 'inconclusive');
  assert.match(reasons.join('\n'), /viewer-errors/, 'the deviation is said all the same');
});

test('detection and recovery are read from viewers to a bucket', () => {
  const verdict = judge(during({ requests: { segment: { ok: 10, failed: 10 } } }));
  assert.equal(verdict.timeToDetectMs, 1_100);
  assert.equal(verdict.recoveryTimeMs, 3_000);
});

test('whatever is taken away from the evidence, it never becomes green that was not', () => {
  const dropped = fc.subarray(
    evidence.load.buckets.map((_, i) => i),
    { minLength: 0, maxLength: 400 },
  );
  fc.assert(
    fc.property(dropped, (kept) => {
      const some = kept.map((i) => evidence.load.buckets[i]!);
      const { outcome } = judge({ ...evidence, load: { ...evidence.load, buckets: some } });
      assert.notEqual(outcome, 'held');
    }),
    { numRuns: 100 },
  );
});
