import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ExperimentStatus } from '#chaos/engine/journal.ts';
import { podView, runView } from '../../feed/views.ts';
import { feedState } from '../../testing/feed.ts';
import { completeStatus, experiment, injectStatus, live, platform, spec } from '../../testing/fixtures.ts';
import { routeOf, runAddress } from '../route.ts';
import { expectationRows } from './expectations.ts';
import { currentRun, experimentRows, newestFirst } from './experiments.ts';
import { faultRows } from './faults.ts';
import { age, amount, percent, span, UNKNOWN, wholeSeconds } from './format.ts';
import { shownOutcome } from './outcome.ts';
import { phaseSteps } from './phases.ts';
import { platformOf } from './platform.ts';
import { runModel } from './run.ts';
import { faultBands, seriesOf } from './series.ts';

const nowMs = Date.UTC(2026, 10, 24, 9, 0, 0);
const run = (status?: ExperimentStatus) => runView(experiment('first-light', nowMs, status));

test('figures: what is not known is a dash, never a zero', () => {
  for (const write of [percent, span, wholeSeconds]) {
    assert.equal(write(undefined), UNKNOWN);
    assert.equal(write(Number.NaN), UNKNOWN);
  }
  assert.equal(amount(undefined, 'ms'), UNKNOWN);
  assert.equal(age(Number.NaN), UNKNOWN);
  assert.deepEqual([0, 0.0002, 0.0123, 0.5].map(percent), ['0 %', '0.02 %', '1.2 %', '50 %']);
  assert.deepEqual([0, 59_600, 3_725_000].map(wholeSeconds), ['0 s', '1 min 00 s', '1 h 02 min']);
  assert.deepEqual([4_200, 720_000, 8_000_000, 200_000_000].map(age), ['4 s', '12 min', '2 h', '2 d']);
});

test('outcome: held stands only when the journal shows it', () => {
  const held = completeStatus(nowMs, 'held');
  const verdict = held.verdict!;
  assert.equal(shownOutcome(spec, held)?.outcome, 'held');
  const broken: Readonly<Record<string, ExperimentStatus>> = {
    'no targets': { ...held, marks: [] },
    'an effect that was not measured': { ...held, verdict: { ...verdict, potency: verdict.potency.slice(1) } },
    'a residue unknown': {
      ...held,
      verdict: { ...verdict, potency: verdict.potency.map((each) => ({ ...each, residue: 'unknown' as const })) },
    },
    'differences left': { ...held, residue: completeStatus(nowMs, 'residue').residue },
    'an expectation not judged': { ...held, verdict: { ...verdict, expectations: verdict.expectations.slice(2) } },
    'no expectation judged': { ...held, verdict: { ...verdict, expectations: [] } },
    'a value that is missing': {
      ...held,
      verdict: { ...verdict, expectations: verdict.expectations.map(({ value: _, ...each }) => each) },
    },
    'another exit code': { ...held, verdict: { ...verdict, exitCode: 5 } },
    'a phase that is not over': { ...held, phase: 'Recover' },
  };
  for (const [name, status] of Object.entries(broken)) {
    assert.equal(shownOutcome(spec, status)?.outcome, 'inconclusive', name);
  }
  assert.equal(shownOutcome({ ...spec, steadyState: [] }, held)?.outcome, 'inconclusive');
});

test('outcome: none while it runs, inconclusive when it ended without one or with one nobody knows', () => {
  assert.equal(shownOutcome(spec, undefined), undefined);
  assert.equal(shownOutcome(spec, injectStatus(nowMs)), undefined);
  const { verdict, ...without } = completeStatus(nowMs, 'held');
  assert.equal(shownOutcome(spec, without)?.outcome, 'inconclusive');
  const odd = { ...without, verdict: { ...verdict!, outcome: 'toString' as never } };
  assert.equal(shownOutcome(spec, odd)?.outcome, 'inconclusive');
});

test('phases: elapsed and planned time, what was skipped, and never a negative time', () => {
  const steps = phaseSteps(spec, injectStatus(nowMs), nowMs);
  assert.deepEqual(
    steps.map(({ name, state, elapsedMs, plannedMs }) => [name, state, elapsedMs, plannedMs]),
    [
      ['Baseline', 'done', 15_000, 15_000],
      ['Inject', 'current', 8_000, 20_000],
      ['Recover', 'todo', undefined, 30_000],
      ['Verdict', 'todo', undefined, undefined],
    ],
  );
  const status = completeStatus(nowMs, 'inconclusive');
  const { Inject: _, Recover: __, ...phaseAtMs } = status.phaseAtMs;
  const unsteady = phaseSteps(spec, { ...status, phaseAtMs }, nowMs);
  assert.deepEqual(
    unsteady.map(({ state }) => state),
    ['done', 'skipped', 'skipped', 'done'],
  );
  // The controller's clock is ahead of ours.
  assert.equal(phaseSteps(spec, injectStatus(nowMs), nowMs - 60_000)[1]!.elapsedMs, 0);
});

test('faults: planned by the method, then by target with expiry, then overdue', () => {
  assert.deepEqual(
    faultRows(spec, undefined, nowMs).map(({ target, state, expiry }) => [target, state, expiry]),
    [
      ['1 playback in each region', 'planned', 'at 0s'],
      ['1 catalog', 'planned', 'at 0s for 20s'],
    ],
  );
  const active = faultRows(spec, injectStatus(nowMs), nowMs);
  assert.deepEqual(active.map(({ expiry, overdue }) => [expiry, overdue])[2], ['expires in 42 s', false]);
  const late = faultRows(spec, injectStatus(nowMs), nowMs + 50_000);
  assert.deepEqual([late[2]!.expiry, late[2]!.overdue], ['expired 8 s ago', true]);
  const begun = faultRows(spec, injectStatus(nowMs, 'journalled'), nowMs);
  assert.deepEqual([begun[0]!.state, begun[0]!.potent], ['injecting', undefined]);
});

test('faults: one that lost its effect has none, whatever was measured first', () => {
  const status = injectStatus(nowMs);
  const faded = {
    ...status,
    effects: [...status.effects, { mark: '1.0', atMs: nowMs, potent: false, summary: 'gone', figures: {} }],
  };
  assert.equal(faultRows(spec, faded, nowMs)[2]!.potent, false);
});

test('expectations: in words; pending without a verdict; inconclusive when not judged under the fault', () => {
  const words = (status?: ExperimentStatus) =>
    expectationRows(spec, status).map(({ expected, result }) => [expected, result]);
  assert.deepEqual(words(injectStatus(nowMs)), [
    ['≤ 0.001', 'pending'],
    ['p95 ≤ 2,000 ms', 'pending'],
    ['≤ 0.01', 'pending'],
    ['≥ 0.5', 'pending'],
    ['≤ 0', 'pending'],
  ]);
  assert.deepEqual(words(completeStatus(nowMs, 'held')), [
    ['≤ 0.1 %', 'held'],
    ['p95 ≤ 2,000 ms', 'held'],
    ['≤ 1 %', 'held'],
    ['≥ 50 %', 'held'],
    ['≤ 0 plays', 'held'],
  ]);
  assert.ok(expectationRows(spec, completeStatus(nowMs, 'aborted')).every(({ result }) => result === 'inconclusive'));
  assert.equal(expectationRows(spec, completeStatus(nowMs, 'deviated'))[0]!.result, 'deviated');
  assert.equal(expectationRows(spec, completeStatus(nowMs, 'inconclusive'))[1]!.result, 'inconclusive');
});

test('series: live figures first, the timeline once there is one; no traffic is a gap', () => {
  const status = injectStatus(nowMs);
  const samples = [live(nowMs - 2_000), live(nowMs - 1_000, { requests: 0, errorRatio: 0 })].map((each) => ({
    ...each,
    seenMs: nowMs,
  }));
  const series = seriesOf(status, samples);
  assert.deepEqual(series.seconds, [21, 22]);
  assert.deepEqual(series.errorPercent, [0, null]);
  const whole = seriesOf(completeStatus(nowMs, 'deviated'), samples);
  assert.equal(whole.seconds.length, 46);
  assert.ok(Math.max(...whole.errorPercent.map((value) => value ?? 0)) > 7);
});

test('series: one band a step, from its first injection to its end', () => {
  const bands = faultBands(completeStatus(nowMs, 'held'), [], nowMs);
  assert.deepEqual(
    bands.map(({ label }) => label),
    ['pod-kill', 'latency'],
  );
  assert.ok(bands.every(({ fromSeconds, toSeconds }) => fromSeconds >= 15 && toSeconds > fromSeconds));
  assert.deepEqual(faultBands(injectStatus(nowMs, 'journalled'), [], nowMs), []);
});

test('a run that should bring figures and brings none says so; a complete one does not', () => {
  const running = run(injectStatus(nowMs));
  const sample = (seenMs: number) => ({ ...live(nowMs), seenMs });
  assert.equal(runModel(running, [sample(nowMs - 5_000), sample(nowMs - 4_000)], nowMs).viewers.silentMs, undefined);
  assert.equal(runModel(running, [sample(nowMs - 9_000), sample(nowMs - 7_000)], nowMs).viewers.silentMs, 7_000);
  assert.equal(runModel(run(completeStatus(nowMs, 'held')), [], nowMs + 3_600_000).viewers.silentMs, undefined);
});

test('figures of a complete run are of the whole of it, and unknown when nothing was recorded', () => {
  const { viewers } = runModel(run(completeStatus(nowMs, 'deviated')), [], nowMs);
  assert.match(viewers.figures.find(({ label }) => label === 'Errors, all')!.value, /^4 %$/);
  const { timeline: _, ...bare } = completeStatus(nowMs, 'held');
  const none = runModel(run(bare), [], nowMs).viewers.figures;
  assert.ok(none.every(({ value }) => value === UNKNOWN));
});

test('experiments: newest first; the current one is what runs, else the newest', () => {
  const old = experiment('old', nowMs - 60_000, injectStatus(nowMs));
  const done = experiment('done', nowMs - 30_000, completeStatus(nowMs, 'held'));
  const waiting = experiment('waiting', nowMs);
  const state = feedState({ nowMs, experiments: [done, old, waiting] });
  assert.deepEqual(
    newestFirst(state).map(({ name }) => name),
    ['waiting', 'done', 'old'],
  );
  assert.equal(currentRun(state)?.name, 'old');
  assert.equal(currentRun(feedState({ nowMs, experiments: [done] }))?.name, 'done');
  assert.equal(currentRun(feedState({ nowMs })), undefined);
  assert.equal(experimentRows(state, nowMs).find(({ name }) => name === 'done')!.took, '47 s');
});

test('platform: by region in order, ended Jobs left out, an ending pod is not counted ready', () => {
  const pods = platform(nowMs);
  const job = { ...pods[0]!, metadata: { ...pods[0]!.metadata, uid: 'job' }, status: { phase: 'Succeeded' } };
  const groups = platformOf(feedState({ nowMs, pods: [...pods, job] }));
  assert.deepEqual(
    groups.map(({ region, ready, pods: all }) => [region, ready, all]),
    [
      ['global', 2, 2],
      ['us-east-1', 8, 9],
      ['us-west-2', 8, 10],
      ['chaos', 8, 8],
    ],
  );
});

test('a pod: restarts of all its containers, why it is not ready, and what has no status yet', () => {
  const bare = podView({ metadata: { name: 'x', namespace: 'elsewhere', uid: 'u', resourceVersion: '1' } });
  assert.deepEqual(
    [bare.service, bare.region, bare.phase, bare.ready, bare.restarts],
    ['other', 'elsewhere', 'Unknown', false, 0],
  );
  const sidecar = podView({
    metadata: { name: 'x', uid: 'u', resourceVersion: '1' },
    status: {
      conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable' }],
      initContainerStatuses: [{ restartCount: 2 }],
      containerStatuses: [{ restartCount: 3 }],
    },
  });
  assert.deepEqual([sidecar.restarts, sidecar.reason], [5, 'Unschedulable']);
});

test('addresses: what is no page is the current run; a name survives the way there and back', () => {
  assert.deepEqual(routeOf(''), { page: 'run', name: undefined });
  assert.deepEqual(routeOf('#/nonsense'), { page: 'run', name: undefined });
  assert.deepEqual(routeOf('#/platform'), { page: 'platform' });
  assert.deepEqual(routeOf(runAddress('a.b-c')), { page: 'run', name: 'a.b-c' });
  assert.deepEqual(routeOf('#/run/%'), { page: 'run', name: '%' });
});
