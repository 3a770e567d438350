/** Every state of the page, rendered. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { SourceState } from '../feed/wire.ts';
import { feedState, type Known } from '../testing/feed.ts';
import { baselineStatus, completeStatus, experiment, injectStatus, platform } from '../testing/fixtures.ts';
import { type Renderer, startRenderer } from '../testing/render.ts';
import type { Link } from './model/health.ts';
import { routeOf } from './route.ts';

const nowMs = Date.UTC(2026, 10, 24, 9, 0, 0);
let renderer: Renderer;

before(async () => {
  renderer = await startRenderer();
});
after(() => renderer.close());

interface Shown {
  readonly known?: Omit<Known, 'nowMs'>;
  readonly link?: Link;
  readonly at?: string;
  /** How long ago the server said all this. */
  readonly agoMs?: number;
}

function page({ known, link = 'open', at = '#/', agoMs = 0 }: Shown): string {
  const state = known && feedState({ nowMs: nowMs - agoMs, ...known });
  return renderer.app({ feed: { state, link, nowMs }, route: routeOf(at), theme: 'system', onTheme: () => undefined });
}

const states = (html: string): readonly string[] =>
  [...html.matchAll(/data-state="([a-z-]+)"/g)].map(([, state]) => state!).sort();
const loading: SourceState = { state: 'loading' };
const away: SourceState = {
  state: 'away',
  problem: { code: 'unavailable', message: 'the Kubernetes API did not answer: connect ECONNREFUSED' },
};
const held = experiment('first-light', nowMs, completeStatus(nowMs, 'held'));

test('loading: before the first word, and while a list is on its way', () => {
  for (const at of ['#/', '#/experiments', '#/platform']) {
    assert.deepEqual(states(page({ at, link: 'connecting' })), ['loading'], at);
    assert.deepEqual(states(page({ at, known: { experimentsAre: loading, podsAre: loading } })), ['loading'], at);
  }
});

test('empty: says the command that starts one', () => {
  for (const at of ['#/', '#/experiments']) {
    const html = page({ at, known: {} });
    assert.deepEqual(states(html), ['empty']);
    assert.match(html, /npm run faultflix -- run scenarios\/first-light\.yaml/);
  }
  const html = page({ at: '#/platform', known: {} });
  assert.deepEqual(states(html), ['empty']);
  assert.match(html, /npm start/);
});

test('error: the API is away and nothing is known: what, why and what to do', () => {
  const html = page({ known: { experimentsAre: away, podsAre: away } });
  assert.deepEqual(states(html), ['error']);
  assert.match(html, /The Kubernetes API does not answer/);
  assert.match(html, /https:\/\/127\.0\.0\.1:6443/);
  assert.match(html, /npm start/);
});

test('error: a cluster that is not ours, a reader who may not, a server that is gone, each with its own advice', () => {
  const refused = (code: 'not-found' | 'forbidden'): SourceState => ({
    state: 'away',
    problem: { code, message: 'no' },
  });
  assert.match(
    page({ known: { experimentsAre: refused('not-found') } }),
    /does not know Experiments.*deploys Faultflix/s,
  );
  assert.match(page({ known: { experimentsAre: refused('forbidden') } }), /may not read experiments.*--kubeconfig/s);
  assert.match(page({ link: 'lost' }), /cockpit&#x27;s server does not answer.*faultflix -- cockpit/s);
});

test('error over what was last known: the banner tells its age, and the run stays', () => {
  const html = page({ known: { experiments: [held], podsAre: { ...away, asOfMs: nowMs - 9_000 } }, agoMs: 9_000 });
  assert.deepEqual(states(html), ['complete', 'error']);
  assert.match(html, /What is shown is 9 s old/);
});

test('stale: older than 5 s without a known reason; 5 s is not yet', () => {
  const stale = page({ known: { experiments: [held] }, agoMs: 6_000 });
  assert.deepEqual(states(stale), ['complete', 'stale']);
  assert.match(stale, /Stale: last update 6 s ago/);
  assert.deepEqual(states(page({ known: { experiments: [held] }, agoMs: 5_000 })), ['complete']);
});

test('live: phase with its time, viewers, faults with expiry and effect, no verdict', () => {
  const html = page({
    known: { experiments: [experiment('first-light', nowMs, injectStatus(nowMs))], pods: platform(nowMs) },
  });
  assert.deepEqual(states(html), ['running']);
  assert.match(html, /data-health="live"/);
  for (const words of [
    '8 s of 20 s',
    '1,180 ms',
    '0.4 %',
    'expires in 42 s',
    '\\+301 ms on fresh connections',
    'outlier-ejection',
  ]) {
    assert.match(html, new RegExp(words));
  }
  assert.match(html, /None yet: it is given when the run has recovered/);
  assert.doesNotMatch(html, /data-outcome/);
});

test('live: an experiment that no controller took up, and one in its baseline', () => {
  const waiting = page({ known: { experiments: [experiment('first-light', nowMs)] } });
  assert.deepEqual(states(waiting), ['waiting']);
  assert.match(waiting, /No controller has taken it up yet/);
  const baseline = page({ known: { experiments: [experiment('first-light', nowMs, baselineStatus(nowMs))] } });
  assert.match(baseline, /6 s of 15 s/);
  assert.match(baseline, /at 0s for 20s/);
});

for (const [outcome, word] of [
  ['held', 'Held'],
  ['deviated', 'Deviated'],
  ['inconclusive', 'Inconclusive'],
  ['aborted', 'Aborted'],
  ['residue', 'Residue'],
] as const) {
  test(`complete: ${outcome}, by word, sign and colour; only held is green`, () => {
    const known = { experiments: [experiment('first-light', nowMs, completeStatus(nowMs, outcome))] };
    for (const at of ['#/', '#/experiments']) {
      const html = page({ known, at });
      const label = html.match(/<span[^>]*data-outcome[^>]*>.*?<\/span><\/span><\/span>/s)?.[0] ?? '';
      assert.match(label, new RegExp(`data-outcome="${outcome}"`));
      assert.match(label, new RegExp(word));
      assert.match(label, /<svg/);
      assert.equal(/pf-m-green|success/.test(label), outcome === 'held');
    }
    const html = page({ known });
    assert.equal(html.includes('ff-verdict-good'), outcome === 'held');
    assert.match(html, new RegExp(`data-run-outcome="${outcome}"`));
  });
}

test('complete: held that the journal does not show is inconclusive, and says so', () => {
  const status = completeStatus(nowMs, 'held');
  const potency = status.verdict!.potency.map((each) => ({ ...each, potent: false }));
  const html = page({
    known: { experiments: [experiment('first-light', nowMs, { ...status, verdict: { ...status.verdict!, potency } })] },
  });
  assert.match(html, /data-run-outcome="inconclusive"/);
  assert.match(html, /the journal says held, but does not show it/);
  assert.doesNotMatch(html, /ff-verdict-good/);
});

test('residue: what was left, and unknown when a target was never measured again', () => {
  const left = page({ known: { experiments: [experiment('first-light', nowMs, completeStatus(nowMs, 'residue'))] } });
  assert.match(left, /was none, is .*ff\.1a2b3c4d/);
  const status = completeStatus(nowMs, 'aborted');
  const marks = status.marks.map(({ cleanMs: _, ...mark }) => mark);
  const html = page({ known: { experiments: [experiment('first-light', nowMs, { ...status, marks })] } });
  assert.match(html, /unknown: not every target was measured again/);
});

test('a run that is not there is named; platform shows pods, ready state and restarts', () => {
  const missing = page({ known: {}, at: '#/run/gone' });
  assert.deepEqual(states(missing), ['missing']);
  assert.match(missing, /No experiment gone/);
  const html = page({ known: { pods: platform(nowMs) }, at: '#/platform' });
  assert.deepEqual(states(html), ['platform']);
  assert.match(html, /failed: CrashLoopBackOff/);
  assert.match(html, /8 of 9 ready/);
  assert.match(html, /8 of 10 ready · 4 restarts/);
});

test('text from the cluster is text: no markup of it reaches the page', () => {
  const html = page({
    known: { experiments: [{ ...held, spec: { ...held.spec, title: '<img src=x onerror=alert(1)>' } }] },
  });
  assert.doesNotMatch(html, /<img src=x/);
});
